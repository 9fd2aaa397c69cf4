// What the server takes and gives, as its contract has it.
export type Role = "coder" | "reviewer" | "lead" | "analyst" | "auditor" | "administrator";
export interface WhoAmI { person: { id: number; name: string; totp: boolean }; csrf: string; administrator: boolean; studies: { id: string; name: string; roles: Role[] }[] }
export interface Settings { language: string | null; theme: "system" | "light" | "dark"; cover: boolean; greyscale: boolean; blur: boolean; mute: boolean; break_minutes: number }
export interface Exposure { today: number; since: string; break_due: boolean }
export interface SessionRow { id: number; made_at: string; seen_at: string; current: boolean }
export interface TokenRow { id: number; name: string; scopes: string[]; made_at: string; expires_at: string }
