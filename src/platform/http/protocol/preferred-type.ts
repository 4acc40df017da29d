import { qualityValues } from './quality-values.js';

/**
 * The type that an `Accept` header likes best. Of types with the same quality it is the one that the header names most
 * exactly, since browsers name HTML and programs JSON; then the first here, also if the header allows none of them.
 */
export function preferredType<T extends string>(types: readonly [T, ...T[]], accept?: string): T {
  const qualities = qualityValues(accept ?? '*/*');
  const ranked = types.map((type) => {
    const names = [type, `${type.split('/')[0]}/*`, '*/*'];
    const at = names.findIndex((name) => qualities.has(name));
    return { type, quality: at < 0 ? 0 : qualities.get(names[at]!)!, exactness: -at };
  });
  const [first, ...rest] = ranked as [(typeof ranked)[number], ...typeof ranked];
  return rest.reduce((best, each) => {
    const isBetter =
      each.quality > best.quality ||
      (each.quality === best.quality && each.quality > 0 && each.exactness > best.exactness);
    return isBetter ? each : best;
  }, first).type;
}
