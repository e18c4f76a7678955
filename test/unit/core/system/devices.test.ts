import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { linuxFeatures } from '../../../../core/system/cpu-features.ts';
import { npuChipOf, npuModelProblem, npuProblem, readNpu } from '../../../../core/system/npu.ts';
import { withTempDir } from '../../../support/models.ts';

const LUNAR_LAKE = 'Intel(R) Core(TM) Ultra 7 258V';

describe('the NPU', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    [LUNAR_LAKE, 'LNL'],
    ['Intel(R) Core(TM) Ultra X7 358H', 'PTL'],
    ['Snapdragon(R) X Elite - X1E78100 - Qualcomm(R) Oryon(TM) CPU', 'SC8380XP'],
    ['Intel(R) Core(TM) Ultra 7 265K', undefined],
    ['AMD Ryzen 9 7950X 16-Core Processor', undefined],
  ])('%s is %s', (cpu, soc) => {
    expect(npuChipOf(cpu)?.soc).toBe(soc);
  });

  it('needs a chip that is known and its driver library, and says which is missing', async () => {
    await withTempDir(async (dir) => {
      expect(npuProblem(readNpu(dir, 'AMD'))).toMatch(/No NPU driver library/);
      expect(npuProblem(readNpu(dir, LUNAR_LAKE))).toMatch(/Lunar Lake is not set up/);
      const npu = join(dir, 'runtime', 'npu');
      await mkdir(npu, { recursive: true });
      await writeFile(join(npu, 'LiteRtDispatch.dll'), '');
      expect(npuProblem(readNpu(dir, 'AMD'))).toMatch(/processor has no NPU/);
      expect(npuProblem(readNpu(dir, LUNAR_LAKE))).toBeUndefined();
      expect(readNpu(dir, LUNAR_LAKE).dispatchDir).toBe(npu);
    });
  });

  it('is looked for where the user says', async () => {
    await withTempDir(async (dir) => {
      await writeFile(join(dir, 'libLiteRtDispatch_Qualcomm.so'), '');
      vi.stubEnv('SOTTO_NPU_DIR', dir);
      expect(readNpu('/nowhere', 'AMD').dispatchDir).toBe(dir);
    });
  });

  it('runs a model that was made for its chip, and no other', () => {
    const chip = npuChipOf(LUNAR_LAKE);
    expect(npuModelProblem({ npuBrand: 'Intel', socName: 'intel_LNL' }, chip)).toBeUndefined();
    expect(npuModelProblem({ npuBrand: 'Intel', socName: 'PTL' }, chip)).toMatch(
      /made for Intel PTL; .* Lunar Lake/,
    );
    expect(npuModelProblem({ npuBrand: 'Qualcomm' }, chip)).toMatch(/made for Qualcomm/);
    expect(npuModelProblem({}, chip)).toMatch(/not made for an NPU/);
  });
});

describe('what the processor can do', () => {
  it('is read from its flags', () => {
    expect(linuxFeatures('model name\t: X\nflags\t\t: fpu avx2 avx512f amx_int8\n')).toEqual([
      'AVX2',
      'AVX-512',
      'AMX',
    ]);
    expect(linuxFeatures('Features\t: fp asimd asimddp i8mm\n')).toEqual(['NEON', 'dot product', 'I8MM']);
    expect(linuxFeatures('')).toEqual([]);
  });
});
