export type Part = string | { name: string; forms?: Record<string, Part[]>; hash?: undefined } | { hash: true };
export function parse(text: string): Part[];
export function argumentsOf(parts: Part[]): Record<string, "number" | "text">;
