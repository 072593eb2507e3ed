/** Waiting that the user can see and end: one notification with a Cancel. */
import * as vscode from 'vscode';
import { withoutLinks } from './notifications.ts';

/**
 * Runs something with a notification that can be cancelled.
 * @param run gets the signal of the Cancel button, and a way to say how far it is
 */
export async function withCancel<T>(
  title: string,
  run: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: withoutLinks(title),
      cancellable: true,
    },
    async (progress, cancellation) => {
      const cancel = new AbortController();
      const subscription = cancellation.onCancellationRequested(() => cancel.abort());
      try {
        return await run(cancel.signal, (message) =>
          progress.report({ message: withoutLinks(message) }),
        );
      } finally {
        subscription.dispose();
      }
    },
  );
}
