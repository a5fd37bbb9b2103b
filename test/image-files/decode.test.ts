import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
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

  it('makes grey of colours as Pillow does', async () => {
    // Image.new('RGB', …).convert('L') of Pillow 9.4
    const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 200, 200, 12, 34, 56, 255, 128, 64];
    const levels = [76, 150, 29, 200, 30, 159];
    const raw = { width: 6, height: 1, channels: 3 as const };
    const bytes = sharp(Uint8Array.from(colours), { raw });
    const opaque = await bytes.clone().png().toBuffer();
    const transparent = await bytes.clone().ensureAlpha(0.5).png().toBuffer();
    const palette = await bytes.clone().png({ palette: true }).toBuffer();
    const tiff = await bytes.clone().tiff({ compression: 'deflate' }).toBuffer();
    for (const file of [opaque, transparent, palette, tiff]) {
      const grey = await decodeImage(file, { channels: 1 });
      expect([grey.channels, ...grey.data]).toEqual([1, ...levels]);
      const wide = await decodeImage(file, { channels: 1, dtype: 'uint16' });
      expect([...wide.data]).toEqual(levels.map((level) => 257 * level));
      const real = await decodeImage(file, { channels: 1, dtype: 'float32' });
      expect(real.data).toEqual(Float32Array.from(levels, (level) => level / 255));
    }
  });

  it('makes grey of sixteen bits by the same weights', async () => {
    const data = Uint16Array.from([65535, 0, 0, 0, 65535, 0, 0, 0, 65535, 51400, 51400, 51400, 1000, 60000, 7]);
    const raw = { width: 5, height: 1, channels: 3 as const };
    const png = await sharp(data, { raw }).toColourspace('rgb16').png().toBuffer();
    // (19595 R + 38470 G + 7471 B + 0x8000) >> 16
    expect([...(await decodeImage(png, { channels: 1, dtype: 'uint16' })).data]).toEqual([
      19595, 38469, 7471, 51400, 35520,
    ]);
    expect([...(await decodeImage(png, { channels: 1 })).data]).toEqual([76, 150, 29, 200, 138]);
  });

  it('leaves grey files as they are, and makes grey of CMYK', async () => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    const grey = await sharp(data, { raw: { width: 256, height: 1, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await decodeImage(grey, { channels: 1 })).data).toEqual(data);
    expect((await decodeImage(grey, { channels: 1, dtype: 'uint16' })).data).toEqual(
      Uint16Array.from(data, (value) => 257 * value),
    );
    const cmyk = await picture(9, 8).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    const { data: rgb } = await decodeImage(cmyk);
    const [level] = (await decodeImage(cmyk, { channels: 1 })).data;
    expect(level).toBe((19595 * rgb[0] + 38470 * rgb[1] + 7471 * rgb[2] + 0x8000) >> 16);
  });

  it('makes sixteen bits and reals of eight, and eight of sixteen', async () => {
    const rgba = Uint8Array.from([200, 1, 0, 255, 255, 128, 7, 200]);
    const raw = { width: 2, height: 1, channels: 4 as const };
    const png = await sharp(rgba, { raw }).png().toBuffer();
    const wide = await decodeImage(png, { channels: 4, dtype: 'uint16' });
    expect([...wide.data]).toEqual([51400, 257, 0, 65535, 65535, 32896, 1799, 51400]);
    const real = await decodeImage(png, { channels: 4, dtype: 'float32' });
    expect(real.data).toEqual(Float32Array.from(rgba, (value) => value / 255));
    const words = Uint16Array.from([51400, 51711, 65535, 300, 255, 256]);
    const deep = await sharp(words, { raw: { width: 2, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect([...(await decodeImage(deep)).data]).toEqual([200, 201, 255, 1, 0, 1]);
    expect((await decodeImage(deep, { dtype: 'float32' })).data).toEqual(
      Float32Array.from(words, (value) => value / 65535),
    );
  });

  it('takes values as they are stored, where it is told to ignore a profile', async () => {
    const wide = await picture(8, 8).withIccProfile('p3').png().toBuffer();
    const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer();
    expect([...(await decodeImage(wide, { ignoreIcc: true })).data]).toEqual([...stored]);
    expect([...(await decodeImage(wide)).data]).not.toEqual([...stored]);
    await expect(decodeImage(wide, { ignoreIcc: 'yes' as unknown as boolean })).rejects.toThrow('ignoreIcc must be');
  });

  it('refuses what is no regular file, and does not wait for it', async () => {
    const folder = temporaryFolder();
    const fifo = join(folder, 'pipe.png');
    execFileSync('mkfifo', [fifo]);
    symlinkSync(fifo, join(folder, 'link.png'));
    const server = createServer().listen(join(folder, 'socket.png'));
    await once(server, 'listening');
    const kinds = { 'pipe.png': 'a FIFO', 'link.png': 'a FIFO', 'socket.png': 'a socket', '.': 'a folder' };
    for (const [name, kind] of Object.entries(kinds)) {
      await expect(decodeImage(join(folder, name))).rejects.toMatchObject({
        code: 'ERR_IMAGE',
        message: expect.stringContaining(`is ${kind}, but an image is read from a regular file`),
      });
    }
    server.close();
    await expect(decodeImage('/dev/zero')).rejects.toThrow('/dev/zero: is a device');
    await expect(decodeImage(pathToFileURL(join(folder, 'none.png')))).rejects.toMatchObject({ code: 'ERR_IMAGE' });
  });

  it('refuses files of reals, of which nobody says what is white', async () => {
    const data = Float32Array.from([0, 0.5, 1]);
    const tiff = await sharp(data, { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace('scrgb')
      .tiff({ compression: 'none' })
      .toBuffer();
    await expect(decodeImage(tiff)).rejects.toThrow("values of type 'float' are not supported");
  });

  it('refuses by its header what no image may have', async () => {
    const png = Buffer.from(await picture(8, 8).png().toBuffer());
    const withSize = (width: number, height: number) => {
      const header = Buffer.from(png);
      header.writeUInt32BE(width, 16);
      header.writeUInt32BE(height, 20);
      return header;
    };
    await expect(decodeImage(withSize(2 ** 31 - 1, 2 ** 31 - 1))).rejects.toThrow(
      'are more than the limit of 268435456',
    );
    await expect(decodeImage(withSize(2 ** 25, 1))).rejects.toThrow(
      '33554432 × 1 pixels have a side of more than 16777216',
    );
    const limitInputPixels = 2 ** 40;
    await expect(decodeImage(withSize(2 ** 15, 2 ** 15), { limitInputPixels })).rejects.toThrow(
      '32768 × 32768 pixels of 3 channels are more than 2^31 - 1 values',
    );
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
  const types = ['uint8', 'uint16'] as const;

  it('keeps depth and channels in formats that have them', async () => {
    const folder = temporaryFolder();
    for (const type of types) {
      for (const channels of [1, 2, 3, 4]) {
        for (const extension of ['png', 'tiff', 'TIF']) {
          const path = join(folder, `${type}-${channels}.${extension}`);
          const image = noise(13, 7, channels, type);
          await saveImage(path, image);
          const { depth, channels: stored, space } = await sharp(path).metadata();
          const [grey, colours] = type === 'uint8' ? ['b-w', 'srgb'] : ['grey16', 'rgb16'];
          expect([depth, stored, space]).toEqual([
            type === 'uint8' ? 'uchar' : 'ushort',
            channels,
            channels < 3 ? grey : colours,
          ]);
          expect(await decodeImage(path, { channels: 'file', dtype: 'file' })).toEqual(image);
        }
      }
    }
  });

  it('writes the format of every end that it takes for one', async () => {
    const formats = { jpg: 'jpeg', jpeg: 'jpeg', jpe: 'jpeg', JPE: 'jpeg', tif: 'tiff', tiff: 'tiff', avif: 'heif' };
    for (const [extension, format] of Object.entries(formats)) {
      const path = join(temporaryFolder(), `x.${extension}`);
      await saveImage(path, noise(8, 8, 3));
      expect((await sharp(path).metadata()).format).toBe(format);
    }
    for (const extension of ['dz', 'constructor', '__proto__']) {
      await expect(saveImage(`x.${extension}`, noise(8, 8, 3))).rejects.toThrow(
        `x.${extension}: the name must end with a format that sharp writes`,
      );
    }
  });

  it('writes grey to a JPEG as grey', async () => {
    const path = join(temporaryFolder(), 'grey.jpg');
    await saveImage(path, noise(16, 16, 1));
    expect((await sharp(path).metadata()).channels).toBe(1);
  });

  it('refuses what the format cannot hold', async () => {
    for (const extension of ['jpg', 'webp', 'avif', 'gif']) {
      await expect(saveImage(`x.${extension}`, noise(4, 4, 3, 'uint16'))).rejects.toThrow(
        /saveImage: x\.\w+: \w+ holds 8 bits a channel, but the image is uint16; make it uint8, or end/,
      );
    }
    for (const channels of [2, 4]) {
      await expect(saveImage('x.jpeg', noise(4, 4, channels))).rejects.toThrow(
        `JPEG has no alpha, but the image has ${channels} channels`,
      );
    }
    await expect(saveImage('x.png', noise(4, 4, 5))).rejects.toThrow('a file has 1 to 4 channels, but the image 5');
    for (const extension of ['webp', 'avif', 'gif']) {
      const path = join(temporaryFolder(), `x.${extension}`);
      await saveImage(path, noise(16, 16, 4));
      expect((await sharp(path).metadata()).hasAlpha).toBe(true);
    }
  });

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
