import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vitest/config'
import { mockServer } from './mock/server.ts'

/** Where the dev server finds the API; `npm run mock` needs none. */
const backend = process.env.REXIAN_BACKEND ?? 'http://127.0.0.1:8000'

export default defineConfig(({ mode }) => ({
  plugins: [
    vue(),
    components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: false })] }),
    ...(mode === 'mock' ? [mockServer()] : []),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  optimizeDeps: { include: ['element-plus', 'element-plus/es', 'jssip', 'echarts', 'vue-echarts'] },
  build: {
    outDir: fileURLToPath(new URL('../src/rexian/api/static', import.meta.url)),
    emptyOutDir: true,
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: Number(process.env.REXIAN_WEB_DEV_PORT ?? 8700),
    strictPort: true,
    proxy:
      mode === 'mock'
        ? undefined
        : {
            '/api': { target: backend, ws: true },
            '/sip': { target: backend, ws: true },
          },
  },
  test: { environment: 'jsdom', include: ['tests/**/*.test.ts'] },
}))
