/**
 * How the package sharp is imported; a test has another way. In no words of sharp's, since who has no sharp has no types of it.
 *
 * @inline
 */
export type Importer = () => Promise<{ readonly default: unknown }>;
