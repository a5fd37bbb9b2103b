export interface LinkReport {
  readonly pages: number;
  readonly links: number;
  /** One sentence each: the page, the link, and what is wrong with it. */
  readonly faults: readonly string[];
}

export function checkLinks(root: string): LinkReport;
