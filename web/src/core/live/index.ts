export { now, serverNow, startClock } from './clock'
export { live, liveAge, liveLostAt, liveStatus, startLive, stopLive } from './live'
