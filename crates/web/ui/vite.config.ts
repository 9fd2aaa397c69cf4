// One page, hashed file names, nothing inline: the server's policy allows scripts and styles of its own origin alone.
import { fileURLToPath } from "node:url";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react(), { ...optimizeLocales.vite({ locales: ["ar-AE", "en-US", "fr-FR", "tr-TR", "de-DE", "it-IT"] }), enforce: "pre" }],
  // The charts are the report's, and so is their cut of Vega.
  resolve: { alias: { vega: at("../../report/ui/src/vega.ts") } },
  build: {
    target: "es2023",
    cssTarget: "chrome123", // keeps `light-dark()` as it is written
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    license: false,
    manifest: true,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
