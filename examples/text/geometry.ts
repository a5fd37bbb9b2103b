/** A place in a picture, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle that may be turned: `along` and `across` are unit vectors at a right angle, `length` and `height` its sides. */
export interface Rectangle {
  readonly centre: Point;
  readonly along: Point;
  readonly across: Point;
  readonly length: number;
  readonly height: number;
}

/** The smallest rectangle around points: one of its sides lies on a side of their hull. */
export function smallestRectangle(points: readonly Point[]): Rectangle {
  const hull = convexHull(points);
  const turns = hull.map((point, i) => direction(point, hull[(i + 1) % hull.length]));
  return turns
    .map((along) => rectangleAlong(hull, along))
    .reduce((best, next) => (area(next) < area(best) ? next : best));
}

/** Moves all four sides outwards. */
export function grown(rectangle: Rectangle, distance: number): Rectangle {
  return { ...rectangle, length: rectangle.length + 2 * distance, height: rectangle.height + 2 * distance };
}

/** Upper left, upper right, lower right, lower left, as the text runs. */
export function cornersOf({ centre, along, across, length, height }: Rectangle): Point[] {
  const corner = (u: number, v: number): Point => ({
    x: centre.x + u * length * along.x + v * height * across.x,
    y: centre.y + u * length * along.y + v * height * across.y,
  });
  return [corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)];
}

export function area({ length, height }: Rectangle): number {
  return length * height;
}

/** Clockwise on a screen, without points on the straight line between others: Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  return [...halfHull(sorted), ...halfHull(sorted.reverse())];
}

/** From the first point to the one before the last. */
function halfHull(sorted: readonly Point[]): Point[] {
  const chain: Point[] = [];
  for (const point of sorted) {
    while (chain.length > 1 && turn(chain[chain.length - 2], chain[chain.length - 1], point) <= 0) chain.pop();
    chain.push(point);
  }
  return chain.length > 1 ? chain.slice(0, -1) : chain;
}

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

function direction(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return length === 0 ? { x: 1, y: 0 } : { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
}

function rectangleAlong(points: readonly Point[], side: Point): Rectangle {
  const along = readingDirection(side);
  const across = { x: -along.y, y: along.x };
  const [left, right] = extent(points, along);
  const [top, bottom] = extent(points, across);
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  const centre = { x: u * along.x + v * across.x, y: u * along.y + v * across.y };
  return { centre, along, across, length: right - left, height: bottom - top };
}

/** Of a side's four directions the one that runs most to the right: text is taken to be upright, give or take 45°. */
function readingDirection({ x, y }: Point): Point {
  if (Math.abs(x) >= Math.abs(y)) return x < 0 ? { x: -x, y: -y } : { x, y };
  return y < 0 ? { x: -y, y: x } : { x: y, y: -x };
}

function extent(points: readonly Point[], axis: Point): [least: number, most: number] {
  const places = points.map(({ x, y }) => x * axis.x + y * axis.y);
  return [Math.min(...places), Math.max(...places)];
}
