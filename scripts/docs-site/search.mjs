/** So that 'max pool' finds maxPool2d first, and nothing is found forty times because as many classes inherit it. */
import { IndexEvent } from 'typedoc';

/** Above all else: the words of a name are rarer than what they stand in. */
const WORDS_WEIGHT = 50;

/** 'maxUnpool2dAsync' → 'max un pool 2d async': a name with fewer other words is the better answer. */
export function wordsOf(name) {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([a-z])(\d+d)\b/gi, '$1 $2')
    .replace(/\b(un|soft)(?=pool|max)/gi, '$1 ')
    .replace(/\bavg\b/i, 'avg average')
    .toLowerCase();
}

/** @param {import('typedoc').Application} app */
export function improveSearch(app) {
  app.renderer.on(IndexEvent.PREPARE_INDEX, (event) => {
    event.searchFieldWeights.words = WORDS_WEIGHT;
    for (let i = event.searchResults.length - 1; i >= 0; i--) {
      const { name, flags } = event.searchResults[i];
      if (flags.isInherited) event.removeResult(i);
      else event.searchFields[i] = { ...event.searchFields[i], words: wordsOf(name) };
    }
  });
}
