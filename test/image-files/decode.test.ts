import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeImage, Image, saveImage } from 'convkit/image';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/decode.js';
import { picture, temporaryFolder, write } from '../cli/jobs/pictures.js';
import { noise } from '../image/support.js';

describe('decodeImage', () => {
  it('gives the pixels of a file, from a path, a URL or its bytes', async () => {
    const image = noise(31, 17, 3) as Image<Uint8Array>;
    const path = join(temporaryFolder(), 'picture.png');
    await saveImage(path, image);
    for (const source of [path, pathToFileURL(path)]) expect(await decodeImage(source)).toEqual(image);
    const png = await sharp(image.data, { raw: { width: 31, height: 17, channels: 3 } })
      .png()
      .toBuffer();
    expect((await decodeImage(png)).data).toEqual(image.data);
  });

  it('turns as the EXIF orientation says', async () => {
    const upright = await picture(20, 30).png().toBuffer();
    const lying = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer();
    expect((await decodeImage(lying)).data).toEqual((await decodeImage(upright)).data);
  });

  it('has as many channels as it is told, and leaves alpha out by default', async () => {
    const rgba = await picture(9, 8, 4).png().toBuffer();
    const { data } = await decodeImage(rgba, { channels: 4 });
    expect((await decodeImage(rgba)).data).toEqual(data.filter((_, i) => i % 4 !== 3));
    expect((await decodeImage(rgba, { channels: 1 })).channels).toBe(1);
    expect((await decodeImage(await picture(9, 8, 1).png().toBuffer(), { channels: 4 })).data[3]).toBe(255);
  });

  it('keeps sixteen bits where it is told to', async () => {
    const data = Uint16Array.from({ length: 12 }, (_, i) => i * 5000 + 3);
    const raw = { width: 2, height: 2, channels: 3 as const };
    const png = await sharp(data, { raw }).toColourspace('rgb16').png().toBuffer();
    const image = await decodeImage(png, { dtype: 'uint16' });
    expect(image).toBeInstanceOf(Image);
    expect([...image.data]).toEqual([...data]);
    expect((await decodeImage(png)).data).toBeInstanceOf(Uint8Array);
  });

  it('gives the first frame of an animation', async () => {
    const [first, second] = [picture(12, 9, 3, 1), picture(12, 9, 3, 2)];
    const frames = [await first.png().toBuffer(), await second.png().toBuffer()];
    const webp = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    expect((await sharp(webp).metadata()).pages).toBe(2);
    const image = await decodeImage(webp);
    expect([image.width, image.height]).toEqual([12, 9]);
    expect(image.data).toEqual((await decodeImage(frames[0])).data);
  });

  it('makes the best of a file that is cut off, where it is told to', async () => {
    const jpeg = await picture(64, 48).jpeg().toBuffer();
    const cut = jpeg.subarray(0, jpeg.length / 2);
    await expect(decodeImage(cut)).rejects.toMatchObject({ code: 'ERR_IMAGE' });
    const [whole, half] = [await decodeImage(jpeg), await decodeImage(cut, { failOn: 'none' })];
    expect([half.width, half.height]).toEqual([64, 48]);
    const rows = 8 * 64 * 3;
    expect(half.data.subarray(0, rows)).toEqual(whole.data.subarray(0, rows));
    await expect(decodeImage(jpeg, { failOn: 'never' as 'none' })).rejects.toThrow('decodeImage: failOn must be');
  });

  it('refuses what is no image, and what is too large, by its name', async () => {
    const path = write(join(temporaryFolder(), 'note.jpg'), 'words');
    await expect(decodeImage(path)).rejects.toMatchObject({
      code: 'ERR_IMAGE',
      message: expect.stringMatching(/note\.jpg: .*unsupported/),
    });
    const png = await picture(100, 100).png().toBuffer();
    await expect(decodeImage(png, { limitInputPixels: 9999 })).rejects.toThrow(
      'the image: 100 × 100 pixels are more than the limit of 9999',
    );
    await expect(decodeImage(png, { channels: 2 as 1 })).rejects.toThrow(
      'decodeImage: channels must be 1, 3 or 4, but got 2',
    );
    await expect(decodeImage(5 as unknown as string)).rejects.toThrow('decodeImage: source must be a path');
  });

  it('says how to install sharp where it is missing', async () => {
    const missing = async () => {
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    };
    await expect(openImage('x.png', {}, missing)).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: expect.stringContaining('npm install sharp'),
    });
  });
});

describe('saveImage', () => {
  it('says what it cannot write, and leaves nothing behind', async () => {
    const image = noise(4, 4, 3);
    await expect(saveImage('x.unknown', image)).rejects.toThrow(
      'x.unknown: the name must end with a format that sharp writes',
    );
    await expect(saveImage('x.png', noise(4, 4, 3, 'float32'))).rejects.toThrow('is float32; no file holds that');
    await expect(saveImage('no-such-folder/x.png', image)).rejects.toMatchObject({ code: 'ERR_IMAGE' });
    await expect(saveImage('x.png', {} as Image)).rejects.toThrow('saveImage: image must be an Image');
  });
});
