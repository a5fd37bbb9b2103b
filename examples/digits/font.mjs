// A bitmap font of 5 × 7 dots, for labels. Every glyph is drawn as it looks, letters side by side.
export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 7;

const ALPHABET = [
  [
    'ABCDEFGHIJKLM',
    ' ###  ####   ###  ####  ##### #####  ###  #   # #####   ### #   # #     #   #',
    '#   # #   # #   # #   # #     #     #   # #   #   #      #  #  #  #     ## ##',
    '#   # #   # #     #   # #     #     #     #   #   #      #  # #   #     # # #',
    '##### ####  #     #   # ####  ####  # ### #####   #      #  ##    #     # # #',
    '#   # #   # #     #   # #     #     #   # #   #   #      #  # #   #     #   #',
    '#   # #   # #   # #   # #     #     #   # #   #   #   #  #  #  #  #     #   #',
    '#   # ####   ###  ####  ##### #      ###  #   # #####  ##   #   # ##### #   #',
  ],
  [
    'NOPQRSTUVWXYZ',
    '#   #  ###  ####   ###  ####   #### ##### #   # #   # #   # #   # #   # #####',
    '##  # #   # #   # #   # #   # #       #   #   # #   # #   # #   # #   #     #',
    '##  # #   # #   # #   # #   # #       #   #   # #   # #   #  # #   # #     # ',
    '# # # #   # ####  #   # ####   ###    #   #   # #   # # # #   #     #     #  ',
    '#  ## #   # #     # # # # #       #   #   #   # #   # # # #  # #    #    #   ',
    '#  ## #   # #     #  #  #  #      #   #   #   #  # #  ## ## #   #   #   #    ',
    '#   #  ###  #      ## # #   # ####    #    ###    #   #   # #   #   #   #####',
  ],
  [
    '0123456789',
    ' ###    #    ###   ###     #  #####  ###  #####  ###   ### ',
    '#   #  ##   #   # #   #   ##  #     #         # #   # #   #',
    '#  ##   #       #     #  # #  ####  #         # #   # #   #',
    '# # #   #      #    ##  #  #      # ####     #   ###   ####',
    '##  #   #     #       # #####     # #   #   #   #   #     #',
    '#   #   #    #    #   #    #  #   # #   #   #   #   #     #',
    ' ###   ###  #####  ###     #   ###   ###    #    ###   ### ',
  ],
  [
    '.,:-+/%()=×→…',
    '                                    ##       #   #',
    '             ##           #       # ##  #   #     #         #   #   #',
    '             ##           #      #     #   #       #  #####  # #     #',
    '                   ###  #####   #     #    #       #          #   #####',
    '             ##           #    #     #     #       #  #####  # #     #',
    ' ##    ##    ##           #   #     #  ##   #     #         #   #   #',
    ' ##    #                               ##    #   #                      # # #',
  ],
];

/** For each character its rows, from the top; the highest of the 5 bits is the leftmost dot. */
export const glyphs = new Map(
  ALPHABET.flatMap(([characters, ...rows]) =>
    [...characters].map((character, place) => {
      const left = place * (GLYPH_WIDTH + 1);
      const bits = (row) =>
        Number.parseInt(
          row
            .slice(left, left + GLYPH_WIDTH)
            .padEnd(GLYPH_WIDTH)
            .replace(/[ #]/g, dot),
          2,
        );
      return [character, rows.map(bits)];
    }),
  ),
);

function dot(mark) {
  return mark === '#' ? '1' : '0';
}
