// npm run build: everything that is built, without starting it; for images and for running the processes one by one.
import { chdir } from "node:process";
import { buildConsole, buildServer, generate, install, requireNode, root } from "./prepare.mjs";

requireNode();
chdir(root);
install({ withDev: false });
generate();
buildServer();
buildConsole();
