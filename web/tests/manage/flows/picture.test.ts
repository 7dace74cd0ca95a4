// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import type { Doc } from '@/areas/manage/flows/graph/document'
import { picture } from '@/areas/manage/flows/graph/picture'

const READY = new URL('../../../../src/rexian/flows/ready/', import.meta.url)
const flows = readdirSync(READY).filter((file) => file.endsWith('.json')).map((file) => [file, (JSON.parse(readFileSync(new URL(file, READY), 'utf-8')) as { document: Doc }).document] as const)

describe('the picture of a flow', () => {
  it.each(flows)('holds all steps and links of %s, none upon another', (_, doc) => {
    const { view, boxes, lines } = picture(doc)
    expect(boxes.map((box) => box.name)).toEqual(Object.keys(doc.nodes))
    expect(boxes.filter((box) => box.isStart)).toHaveLength(1)
    const pairs = Object.entries(doc.nodes).flatMap(([name, step]) => [...new Set(Object.values(step.exits ?? {}))].map((to) => `${name} ${to}`))
    expect(lines).toHaveLength(pairs.length)
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(view[0])
      expect(box.x + box.width).toBeLessThanOrEqual(view[0] + view[2])
      expect(box.y + box.height).toBeLessThanOrEqual(view[1] + view[3])
      const under = boxes.filter((other) => other !== box && Math.abs(other.x - box.x) < box.width && Math.abs(other.y - box.y) < box.height)
      expect(under).toEqual([])
    }
  })

  it('of nothing is empty and has a size', () => {
    expect(picture({ start: '', nodes: {} })).toEqual({ view: [-20, -20, 190, 104], boxes: [], lines: [] })
  })
})
