import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import 'element-plus/dist/index.css'
import './styles/tokens.css'
import './styles/base.css'
import App from './App.vue'
import { currentLocale, i18n, setLocale } from './core/i18n'
import { startClock } from './core/live'
import { listenToKeys } from './core/shortcuts'
import { followTheme } from './core/theme'
import { router } from './router'

followTheme()
setLocale(currentLocale())
startClock()
listenToKeys()

createApp(App)
  .use(i18n)
  .use(VueQueryPlugin, {
    queryClientConfig: { defaultOptions: { queries: { staleTime: 15_000, retry: 1, refetchOnWindowFocus: false } } },
  })
  .use(router)
  .mount('#app')
