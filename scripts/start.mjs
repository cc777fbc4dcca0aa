// npm start: from a fresh clone to a running installation. `--dev` watches the sources instead of building.
import { argv, chdir } from "node:process";
import { buildConsole, buildServer, generate, install, requireNode, root } from "./prepare.mjs";

const mode = argv.includes("--dev") ? "development" : "production";
requireNode();
chdir(root);
process.stdout.write(`Tact, ${mode === "production" ? "starting" : "starting for development"}\n`);
install({ withDev: mode === "development" });
generate();
buildServer();
const { refuseEarly, supervise } = await import(new URL("../dist/supervisor.js", import.meta.url).href);
await refuseEarly();
if (mode === "production") buildConsole();
await supervise(mode);
