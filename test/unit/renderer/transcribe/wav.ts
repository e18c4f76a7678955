interface WavShape {
  seconds: number;
  rateHz: number;
  /** One constant level a channel. */
  channels: number[];
}

/** A WAV file of 16 bits. */
export function wavOf({ seconds, rateHz, channels }: WavShape, name = 'Visit.wav'): File {
  const frames = Math.round(seconds * rateHz);
  const bytes = frames * channels.length * 2;
  const view = new DataView(new ArrayBuffer(44 + bytes));
  const text = (at: number, letters: string) => {
    for (let i = 0; i < letters.length; i += 1) view.setUint8(at + i, letters.charCodeAt(i));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + bytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * channels.length * 2, true);
  view.setUint16(32, channels.length * 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, bytes, true);
  for (let frame = 0; frame < frames; frame += 1) {
    channels.forEach((level, channel) => {
      view.setInt16(44 + (frame * channels.length + channel) * 2, Math.round(level * 32767), true);
    });
  }
  return new File([view.buffer], name, { type: 'audio/wav' });
}
