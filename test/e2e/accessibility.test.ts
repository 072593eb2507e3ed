/** The pages of the extension for people who see little or nothing: axe-core looks at them in every kind of theme. */
import assert from 'node:assert/strict';
import { violationsIn } from '../harness/accessibility.ts';
import { newOrg, newUser, setUp } from './fixture.ts';

const THEMES = [
  'Default Light Modern',
  'Default Dark Modern',
  'Default High Contrast',
  'Default High Contrast Light',
];

describe('accessibility', () => {
  setUp();

  it('E46, E47: labels, headings, roles and a contrast of 4.5:1, in every kind of theme', async () => {
    const org = await newOrg();
    const { tour } = await newUser({ name: 'accessibility' });
    const { workbench, tree } = tour;
    const page = () =>
      workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    const wrong: string[] = [];
    const lookAt = async (name: string): Promise<void> => {
      await workbench.page.waitForTimeout(800);
      await tour.picture(name);
      wrong.push(...(await violationsIn(page().locator('html'))).map((one) => `${name}: ${one}`));
    };
    await tour.signIn(org);
    await tour.lookAtTree();
    await workbench.statusBarItem(/known from introspection/).waitFor();
    for (const theme of THEMES) {
      await workbench.runCommand('Preferences: Color Theme');
      await workbench.quickInput().fill(theme);
      await workbench.page.keyboard.press('Enter');
      await tree.row(/^Kiosk,/).click();
      await page().getByRole('heading', { level: 1, name: 'Kiosk' }).waitFor();
      await lookAt(`app, ${theme}`);
      await tour.run('Open Dashboard');
      await page().getByText('of 14 OAuth apps are known to require PKCE').waitFor();
      await lookAt(`dashboard, ${theme}`);
      await workbench.runCommand('View: Close All Editors');
    }
    assert.equal(wrong.join('\n'), '');
  });
});
