import { expect, it } from 'vitest'

import { RESOURCES } from '@/areas/manage/resources'
import { words } from '@/core/i18n'

it('lists users by their sign-in names as people count', () => {
  const users = RESOURCES.find((one) => one.name === 'users')!
  const rows = ['agent10', 'agent2', 'admin'].map((username) => ({ id: username, username }))
  expect(users.arrange!(rows).map((row) => row.id)).toEqual(['admin', 'agent2', 'agent10'])
})

it('has a word for every heading, and names a state a state', () => {
  const headings = RESOURCES.flatMap((one) => one.columns.map((column) => `manage.${one.name}.${column.title ?? column.key}`))
  expect(headings.filter((key) => !words.te(key, 'zh-CN' as never) || !words.te(key, 'en' as never))).toEqual([])
  expect(headings).toContain('manage.users.state')
  expect(headings).not.toContain('manage.users.disabled')
})
