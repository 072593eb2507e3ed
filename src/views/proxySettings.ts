/** What VS Code's own settings say of the proxy. */
import * as vscode from 'vscode';
import type { ProxySettings } from '../oauth/proxyTunnel.ts';

export function proxySettings(): ProxySettings {
  const http = vscode.workspace.getConfiguration('http');
  const text = (name: string): string | undefined => {
    const value = http.get<unknown>(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const noProxy = http.get<unknown>('noProxy');
  return {
    proxy: http.get('proxySupport') === 'off' ? undefined : text('proxy'),
    authorization: text('proxyAuthorization'),
    noProxy: Array.isArray(noProxy) ? noProxy.filter((one) => typeof one === 'string') : [],
  };
}
