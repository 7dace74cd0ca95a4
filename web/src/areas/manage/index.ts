import { Settings2 } from '@lucide/vue'
import type { Area } from '@/core/area'

const meta = { title: 'manage.nav' }

export default {
  name: 'manage',
  nav: { order: 40, icon: Settings2, label: 'manage.nav', to: '/manage' },
  permissions: ['users.manage', 'agents.manage', 'queues.manage', 'numbers.manage', 'trunks.manage', 'flows.manage', 'prompts.manage', 'libraries.manage', 'fax_documents.manage', 'alerts.manage', 'walls.manage', 'webhooks.manage', 'settings.manage', 'audit.view'],
  routes: [
    { path: '/manage/flows/:id([0-9a-f-]{36})', component: () => import('./flows/DesignerPage.vue'), meta: { ...meta, permissions: ['flows.manage'] }, props: true },
    {
      path: '/manage',
      component: () => import('./ManagePage.vue'),
      meta,
      children: [
        { path: '', component: () => import('./FirstPage.vue') },
        { path: 'settings', component: () => import('./SettingsPage.vue'), meta },
        { path: 'api-keys', component: () => import('./ApiKeysPage.vue'), meta },
        { path: 'wall-screens', component: () => import('./WallScreensPage.vue'), meta },
        { path: 'webhooks', component: () => import('./WebhooksPage.vue'), meta },
        { path: 'audit', component: () => import('./AuditPage.vue'), meta },
        { path: 'queues/:id([0-9a-f-]{36})', component: () => import('./queues/QueuePage.vue'), meta, props: true },
        { path: 'flows/new', component: () => import('./flows/gallery/GalleryPage.vue'), meta },
        { path: 'flows/:id/text', component: () => import('./flows/FlowPage.vue'), meta, props: true },
        { path: ':kind/:id?', component: () => import('./ResourcePage.vue'), meta },
      ],
    },
  ],
} satisfies Area
