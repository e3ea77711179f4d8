/** A module without a default export. */
export const answer = 42;
