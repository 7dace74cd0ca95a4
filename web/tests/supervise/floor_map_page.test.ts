import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import FloorMap from '@/areas/supervise/FloorMap.vue'
import { i18n } from '@/core/i18n'
import { agent } from '../make'

vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} })

it('names the chosen seat as long as there is one', async () => {
  const there = [agent({ id: 'ann' }), agent({ id: 'bob' })]
  const map = mount(FloorMap, { props: { agents: there, teamName: () => '', reasons: [], reason: () => '' }, global: { plugins: [i18n] } })
  await map.find('#seat-ann').trigger('click')
  expect(map.attributes('aria-activedescendant')).toBe('seat-ann')
  await map.setProps({ agents: there.slice(1) })
  expect(map.attributes('aria-activedescendant')).toBeUndefined()
})
