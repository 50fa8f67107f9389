/** Takes one line of progress for a person, without a newline at its end. */
export type Progress = (line: string) => void;

export const silent: Progress = () => undefined;
