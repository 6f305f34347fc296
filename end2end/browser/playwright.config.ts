import { defineConfig } from "@playwright/test";

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const asRoot = process.getuid?.() === 0;

// Every test runs in each of these browsers: every flow works without JavaScript, on any screen.
export default defineConfig({
  testDir: ".",
  outputDir: "../../target/browser",
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  timeout: 30_000,
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
        // Chromium can't set up its sandbox as root.
        ...(asRoot ? ["--no-sandbox"] : []),
      ],
    },
    // Colours are measured where they come to rest.
    contextOptions: { reducedMotion: "reduce" },
    trace: "retain-on-failure",
  },
  projects: [
    { name: "desktop", use: { viewport: desktop } },
    { name: "phone", use: { viewport: phone, hasTouch: true } },
    { name: "desktop-plain", use: { viewport: desktop, javaScriptEnabled: false } },
    { name: "phone-plain", use: { viewport: phone, hasTouch: true, javaScriptEnabled: false } },
  ],
});
