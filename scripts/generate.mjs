// npm run generate: the typed database client from prisma/schema.prisma.
import { chdir } from "node:process";
import { generate, root } from "./prepare.mjs";

chdir(root);
generate();
