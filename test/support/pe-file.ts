/** What a DLL is made of, as far as the reader of such files looks. */
export interface PeFacts {
  readonly machine?: number;
  readonly protections?: number;
  readonly timestamp?: number;
  readonly symbols?: number;
  readonly sectionFlags?: number;
  readonly imports?: Readonly<Record<string, readonly string[]>>;
  readonly late?: Readonly<Record<string, readonly string[]>>;
  readonly exports?: readonly string[];
}

/** Everything lies in one section, at this address and at this place of the file. */
const ADDRESS = 0x1000;
const PLACE = 0x400;
const HEADER = 0x80;
const OPTIONAL = HEADER + 24;
const OPTIONAL_BYTES = 240;

const IMPORT_ROW = { size: 20, name: 12, table: 0 };
const LATE_ROW = { size: 32, name: 4, table: 16 };

/** A DLL of 64 bits with these facts, by the format's description and without any code. */
export function peFile(facts: PeFacts): Buffer {
  const bytes = Buffer.alloc(0x4000);
  let end = PLACE;
  const take = (size: number) => {
    const place = end;
    end += Math.ceil(size / 8) * 8;
    return place;
  };
  const addressOf = (place: number) => place - PLACE + ADDRESS;
  const text = (value: string) => {
    const place = take(value.length + 1);
    bytes.write(value, place, 'latin1');
    return addressOf(place);
  };

  const tableOf = (names: readonly string[]) => {
    const table = take(8 * (names.length + 1));
    // Two bytes with a hint stand before a name.
    names.forEach((name, i) => {
      bytes.writeUInt32LE(text(`\0\0${name}`), table + 8 * i);
    });
    return addressOf(table);
  };
  const importsOf = (libraries: PeFacts['imports'], row: typeof IMPORT_ROW) => {
    const entries = Object.entries(libraries ?? {});
    if (entries.length === 0) return 0;
    const rows = take(row.size * (entries.length + 1));
    entries.forEach(([library, names], i) => {
      bytes.writeUInt32LE(text(library), rows + row.size * i + row.name);
      bytes.writeUInt32LE(tableOf(names), rows + row.size * i + row.table);
    });
    return addressOf(rows);
  };
  const exportsOf = (names: readonly string[]) => {
    const directory = take(40);
    const pointers = take(4 * names.length);
    bytes.writeUInt32LE(names.length, directory + 24);
    bytes.writeUInt32LE(addressOf(pointers), directory + 32);
    names.forEach((name, i) => {
      bytes.writeUInt32LE(text(name), pointers + 4 * i);
    });
    return addressOf(directory);
  };

  bytes.write('MZ');
  bytes.writeUInt32LE(HEADER, 0x3c);
  bytes.write('PE\0\0', HEADER, 'latin1');
  bytes.writeUInt16LE(facts.machine ?? 0x8664, HEADER + 4);
  bytes.writeUInt16LE(1, HEADER + 6);
  bytes.writeUInt32LE(facts.timestamp ?? 0, HEADER + 8);
  bytes.writeUInt32LE(facts.symbols ?? 0, HEADER + 16);
  bytes.writeUInt16LE(OPTIONAL_BYTES, HEADER + 20);
  bytes.writeUInt16LE(0x20b, OPTIONAL);
  bytes.writeUInt16LE(facts.protections ?? 0x160, OPTIONAL + 70);
  bytes.writeUInt32LE(16, OPTIONAL + 108);
  const directories = [exportsOf(facts.exports ?? []), importsOf(facts.imports, IMPORT_ROW)];
  directories[13] = importsOf(facts.late, LATE_ROW);
  directories.forEach((address, i) => {
    bytes.writeUInt32LE(address, OPTIONAL + 112 + 8 * i);
  });

  const section = OPTIONAL + OPTIONAL_BYTES;
  bytes.write('.rdata', section);
  bytes.writeUInt32LE(ADDRESS, section + 12);
  bytes.writeUInt32LE(bytes.length - PLACE, section + 16);
  bytes.writeUInt32LE(PLACE, section + 20);
  bytes.writeUInt32LE(facts.sectionFlags ?? 0x40000040, section + 36);
  return bytes;
}
