import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { changesOf } from '@/areas/desk/customers'
import { groupsOf } from '@/areas/desk/dispositions'
import { keepDraft, pendingDrafts, readDraft, sendPending, useDraft } from '@/areas/desk/drafts'
import { uuid7 } from '@/core/desk'
import { loadSession } from '@/core/session'
import { asksAutoAnswer } from '@/softphone/sip_line'

beforeEach(() => localStorage.clear())

const reply = (status: number) => vi.stubGlobal('fetch', vi.fn(async () => new Response(status === 204 ? null : '{}', { status })))

describe('drafts', () => {
  it('keep each keystroke, for each call apart, across a reload', async () => {
    const call = ref<string | null>('c1')
    const draft = useDraft(call)
    draft.notes.value = '客户要求退货'
    await Promise.resolve()
    call.value = 'c2'
    expect(draft.notes.value).toBe('')
    expect(useDraft(ref('c1')).notes.value).toBe('客户要求退货')
  })

  it('go to the contact when wrap-up ended without them, and stay while that fails', async () => {
    keepDraft('c1', { notes: '未提交', disposition: '' })
    reply(503)
    expect(await sendPending(null)).toBe(0)
    expect(readDraft('c1').notes).toBe('未提交')
    reply(204)
    expect(await sendPending(null)).toBe(1)
    expect(pendingDrafts()).toEqual([])
  })

  it('of another agent at the same machine are left to him', async () => {
    const signedIn = async (agent: string) => {
      const session = { user: { permissions: [], locale: 'zh' }, tenant: { timezone: 'Asia/Shanghai' }, agent: { id: agent }, csrf: '' }
      vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify(session))))
      await loadSession()
    }
    await signedIn('a1')
    keepDraft('c1', { notes: '她的', disposition: '' })
    await signedIn('a2')
    reply(403)
    expect(await sendPending(null)).toBe(0)
    await signedIn('a1')
    expect(readDraft('c1').notes).toBe('她的')
  })

  it('of the call in hand are not sent yet', async () => {
    keepDraft('c1', { notes: '正在写', disposition: '' })
    reply(204)
    expect(await sendPending('c1')).toBe(0)
    expect(fetch).not.toHaveBeenCalled()
  })
})

describe('customers', () => {
  it('are changed only where the form was changed', () => {
    const before = { name: '王芳', tags: ['老客户'], notes: '', vip: false, identities: [{ kind: 'phone' as const, value: '13800138000', label: '' }] }
    expect(changesOf(before, { ...before, manager: null, notes: '要发票' })).toEqual({ notes: '要发票' })
    expect(changesOf(before, { ...before, tags: [] })).toEqual({ tags: [] })
    expect(changesOf(before, { ...before, identities: [] })).toEqual({ identities: [] })
  })
})

describe('dispositions', () => {
  const all = [
    { id: '1', name: '咨询', queue_id: null, parent_id: null },
    { id: '11', name: '价格', queue_id: null, parent_id: '1' },
    { id: '12', name: '活动', queue_id: 'q2', parent_id: '1' },
    { id: '2', name: '打错', queue_id: null, parent_id: null },
  ]
  it('are grouped, those of other queues left out', () => {
    expect(groupsOf(all, 'q1').map((group) => group.choices.map((choice) => choice.name))).toEqual([['价格'], ['打错']])
    expect(groupsOf(all, 'q2')[0]!.choices).toHaveLength(2)
  })
  it('are found by a part of their name', () => expect(groupsOf(all, 'q1', '打').flatMap((group) => group.choices)).toHaveLength(1))
})

describe('the telephone', () => {
  it.each([
    ['Call-Info', '<sip:rexian>;answer-after=0'],
    ['Alert-Info', '<sip:rexian>;info=alert-autoanswer'],
  ])('answers by itself when %s asks for it', (name, value) => {
    expect(asksAutoAnswer((asked) => (asked === name ? value : undefined))).toBe(true)
    expect(asksAutoAnswer(() => undefined)).toBe(false)
  })

  it('makes call ids that sort by time', () => {
    const ids = [uuid7(1000), uuid7(2000), uuid7(3000)]
    expect([...ids].sort()).toEqual(ids)
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
