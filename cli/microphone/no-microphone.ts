import { access, constants, readdir } from 'node:fs/promises';
import { AppError } from '../../core/errors.ts';

/** How Linux names what a sound card records with (ALSA): card and device, c for capture. */
const INPUT = /^pcmC\d+D\d+c$/;

/**
 * Why no microphone could be opened. Linux tells whether there is one that this user may not use; macOS and Windows do
 * not, and give silence in its place, which is told as MIC_SILENT.
 *
 * @param devices the folder of sound devices; it is there on Linux only.
 */
export async function noMicrophone(
  cause: string | undefined,
  devices = '/dev/snd',
  mayUse: (path: string) => Promise<boolean> = mayReadAndWrite,
): Promise<AppError> {
  const inputs = (await readdir(devices).catch((): string[] => [])).filter((name) => INPUT.test(name));
  const usable = await Promise.all(inputs.map((name) => mayUse(`${devices}/${name}`)));
  const told = cause === undefined ? {} : { cause };
  if (inputs.length > 0 && !usable.includes(true)) {
    return new AppError('MIC_DENIED', 'Your user may not use the microphone.', {
      hint: 'Add your user to the group "audio", sign in again, then record again.',
      ...told,
    });
  }
  return new AppError('MIC_MISSING', 'There is no microphone that Sotto can use.', {
    hint: 'Connect one, or close the app that uses it, then record again.',
    ...told,
  });
}

const mayReadAndWrite = (path: string): Promise<boolean> =>
  access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
