/** Calls for attention when the page is not the one being looked at: a notification, and a count in the title. */

let note: Notification | null = null
let titled: string | null = null

export function askForNotifications(): void {
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission()
}

export function callForAttention(title: string, body: string): void {
  titled ??= document.title
  document.title = `(1) ${title}`
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return
  note?.close()
  note = new Notification(title, { body, tag: 'rexian-call', icon: '/icon.svg', requireInteraction: true })
  note.onclick = () => {
    window.focus()
    note?.close()
  }
}

export function calmDown(): void {
  if (titled !== null) document.title = titled
  titled = null
  note?.close()
  note = null
}
