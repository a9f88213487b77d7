"""A small npm package for tests, laid out as those in clients/ are."""

import json
from pathlib import Path

_MANIFEST = {
    "description": "For a test.",
    "license": "MIT",
    "type": "module",
    "contract": "1.0.0",
    "exports": {".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"}},
    "files": ["dist"],
    "scripts": {"build": "tsc", "smoke": "node smoke.js"},
}

_COMPILER = {
    "version": "5.9.3",
    "integrity": "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
    "dev": True,
    "license": "Apache-2.0",
    "bin": {"tsc": "bin/tsc", "tsserver": "bin/tsserver"},
    "engines": {"node": ">=14.17"},
}

_OPTIONS = {
    "target": "es2022",
    "module": "nodenext",
    "lib": ["es2022"],
    "types": [],
    "declaration": True,
    "strict": True,
    "outDir": "dist",
    "rootDir": "src",
}

_INDEX = """\
export { size } from "./size.js";
export type Spoon = { length: number };
/** @deprecated */
export type Old = Spoon;
"""

_SMOKE = """\
import { size } from "@ogrom/spoons";
const found = await fetch(`${process.env.OGROM_URL}/size`, { headers: { Authorization: process.env.OGROM_TOKEN } });
if (await found.text() !== String(size())) throw new Error("the service has another size");
"""


def write_package(folder: Path, version: str = "0.1.0") -> None:
    """Write the package @ogrom/spoons, which exports a function `size`, a type `Spoon` and the deprecated `Old`."""
    name = "@ogrom/spoons"
    needs = {"devDependencies": {"typescript": _COMPILER["version"]}}
    lock = {
        "name": name,
        "version": version,
        "lockfileVersion": 3,
        "requires": True,
        "packages": {
            "": {"name": name, "version": version, "license": "MIT", **needs},
            "node_modules/typescript": _COMPILER,
        },
    }
    texts = {
        "package.json": json.dumps({"name": name, "version": version, **_MANIFEST, **needs}, indent=2) + "\n",
        "package-lock.json": json.dumps(lock, indent=2) + "\n",
        "tsconfig.json": json.dumps({"compilerOptions": _OPTIONS, "include": ["src"]}),
        "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- All of it.\n",
        "README.md": "# Spoons\n",
        "src/index.ts": _INDEX,
        "src/size.ts": "export function size(): number {\n  return 1;\n}\n",
        "smoke.js": _SMOKE,
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
