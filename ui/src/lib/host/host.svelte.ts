/** What the page around the panel told it. Alone in a window the panel is its own host: nothing is told, nothing is missing. */
import { setLocale } from '../text/locale.ts';
import { type Context, readContext, type ToHost } from './messages.ts';

class Host {
  token = $state<string | undefined>();
  workflow = $state<string | undefined>();
  /** The browser's, until the host says another one. */
  locale = $state(navigator.language);
  /** Told each time the host gives another token. */
  onToken: () => void = () => {};

  get embedded(): boolean {
    return window.parent !== window;
  }

  /** Starts the handshake; returns what ends it. `onWorkflow` gets the workflow each time the host says another one. */
  listen(onWorkflow: (workflow: string, first: boolean) => void): () => void {
    if (!this.embedded) return () => {};
    const receive = (event: MessageEvent) => {
      if (event.source !== window.parent || event.origin !== location.origin) return;
      const context = readContext(event.data);
      if (context) this.#take(context, onWorkflow);
    };
    window.addEventListener('message', receive);
    this.tell({ type: 'load-testing:ready' });
    return () => window.removeEventListener('message', receive);
  }

  tell(message: ToHost): void {
    if (this.embedded) window.parent.postMessage(message, location.origin);
  }

  #take(context: Context, onWorkflow: (workflow: string, first: boolean) => void): void {
    if (context.token !== undefined && context.token !== this.token) {
      this.token = context.token;
      this.onToken();
    }
    if (context.theme) document.documentElement.dataset['theme'] = context.theme;
    if (context.locale !== undefined && context.locale !== this.locale) {
      setLocale(context.locale);
      this.locale = context.locale;
    }
    if (context.workflow !== undefined && context.workflow !== this.workflow) {
      const first = this.workflow === undefined;
      this.workflow = context.workflow;
      onWorkflow(context.workflow, first);
    }
  }
}

export const host = new Host();
