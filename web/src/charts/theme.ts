/** The house's look for charts: the tokens' colours, hairlines, nothing that does not tell something. */

import type { EChartsCoreOption } from 'echarts/core'

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** A colour that a chart's own renderer understands, also where the token is a mix of others. */
export function colour(name: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const plain = getComputedStyle(probe).color
  probe.remove()
  return plain
}

/** Merged under every chart's own options. */
export function house(): EChartsCoreOption {
  const ink = colour('--ink-2')
  const line = colour('--line')
  return {
    animationDuration: 150,
    textStyle: { fontFamily: token('--font'), fontSize: 12, color: ink },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: ink } },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, backgroundColor: colour('--surface'), borderColor: line, textStyle: { color: colour('--ink') } },
    aria: { enabled: true },
  }
}

export function axis(kind: 'category' | 'value', more: Record<string, unknown> = {}): Record<string, unknown> {
  const ink = colour('--ink-3')
  const line = colour('--line')
  const own = kind === 'value' ? { min: 0, splitLine: { lineStyle: { color: line } } } : { axisTick: { show: false } }
  return { type: kind, axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink }, nameTextStyle: { color: ink }, ...own, ...more }
}
