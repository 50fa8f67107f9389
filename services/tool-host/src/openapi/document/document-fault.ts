/** Something of a document that cannot be used: it ends the operation in which it stands, or the reading of the whole. */
export class DocumentFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DocumentFault';
  }
}
