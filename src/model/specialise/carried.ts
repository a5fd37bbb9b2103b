import { contentId } from '../../program/number-ids.js';
import type { SlotId } from '../../program/step.js';
import type { ValueFacts } from './graph-state.js';
import { isKnown, knownValue, type SlotValue, type Value } from './value.js';

/** What a program's output is, besides its numbers. */
export interface StageOutput {
  readonly slot: SlotId;
  readonly facts: Omit<SlotValue, 'slot'>;
}

/** A value as the next program gets it: its facts, and the numbers behind them where they are an input of it. */
export interface Handed {
  readonly facts: ValueFacts;
  readonly array: Float32Array | undefined;
}

/** Values that one program hands to the next: each slot is one output, whoever asks for it. */
export class Carried {
  readonly outputs: StageOutput[] = [];
  readonly #output: (slot: SlotId) => SlotId;
  readonly #places = new Map<SlotId, number>();
  readonly #needed: ReadonlySet<SlotId>;

  /** @param needed Values whose numbers the next program is specialised to. */
  constructor(needed: readonly Value[], output: (slot: SlotId) => SlotId) {
    this.#output = output;
    const slots = needed.filter((value) => !isKnown(value)).map((value) => (value as SlotValue).slot);
    this.#needed = new Set(slots);
    for (const value of needed) this.take(value);
  }

  /** How a value is handed over, once the outputs' numbers are there. */
  take(value: Value): (numbers: readonly Float32Array[]) => Handed {
    if (isKnown(value)) return () => ({ facts: value, array: undefined });
    const { slot, ...facts } = value;
    const place = this.#placeOf(slot, facts);
    if (!this.#needed.has(slot)) return (numbers) => ({ facts, array: numbers[place] });
    return (numbers) => ({ facts: knownValue(numbers[place], facts.shape, facts.type), array: undefined });
  }

  /** The numbers that the next program is specialised to, as text. */
  keyOf(numbers: readonly Float32Array[]): string {
    return [...this.#needed].map((slot) => contentId(numbers[this.#places.get(slot) as number])).join(';');
  }

  #placeOf(slot: SlotId, facts: Omit<SlotValue, 'slot'>): number {
    let place = this.#places.get(slot);
    if (place === undefined) {
      place = this.outputs.push({ slot: this.#output(slot), facts }) - 1;
      this.#places.set(slot, place);
    }
    return place;
  }
}
