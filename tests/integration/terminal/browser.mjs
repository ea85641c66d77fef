// Debian's Chromium through playwright-core, and what the tests do on the operator's page.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(join(process.env.TAANU_NODE_MODULES, "from-here.js"));
const { chromium } = require("playwright-core");

const kShots = process.env.TAANU_SCREENSHOTS;
const kFlags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export class Browser {
  #profile = mkdtempSync(join(tmpdir(), "taanu-chromium-"));
  #context;

  static async open({ viewport = { width: 1366, height: 768 }, reducedMotion = "no-preference" } = {}) {
    const browser = new Browser();
    browser.#context = await chromium.launchPersistentContext(browser.#profile, {
      executablePath: process.env.TAANU_CHROMIUM ?? "/usr/bin/chromium",
      headless: true, args: kFlags, viewport, reducedMotion, hasTouch: true,
      timezoneId: "Asia/Bishkek",
    });
    browser.#context.setDefaultTimeout(Number(process.env.TAANU_PATIENCE_MS ?? 60_000));
    return browser;
  }

  async page() {
    const page = await this.#context.newPage();
    page.faults = [];
    page.on("pageerror", (error) => page.faults.push(String(error)));
    page.on("console", (message) => {
      const text = message.text();
      // What a server that is away leaves in the console is no fault of the page.
      if (message.type() === "error" && !text.startsWith("Failed to load resource")) {
        page.faults.push(text);
      }
    });
    return page;
  }

  async close() {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

// Waits for a phase of the station, and gives its number of steps.
export async function phase(page, name) {
  await page.waitForSelector(`body[data-phase="${name}"]`);
}

// Waits until a visible element has the text.
export function shows(page, text) {
  return page.getByText(text, { exact: false }).filter({ visible: true }).first().waitFor();
}

export async function shot(page, name) {
  mkdirSync(kShots, { recursive: true });
  await page.screenshot({ path: join(kShots, `${name}.png`), animations: "disabled" });
}
