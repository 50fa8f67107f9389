/** What a form does as a tool. Source: WebMCP, declarative interface. */
export interface FormTool {
  name: string;
  description: string;
  /** Sent as soon as the agent has filled it in; otherwise a person at the page sends it. */
  autosubmit?: boolean;
  /** What to put into a field, by the field's name. */
  fields?: Readonly<Record<string, string>>;
}

/** Offers a form as a tool: its fields are the arguments. Gives what takes the offer back. */
export function offerForm(form: HTMLFormElement, { name, description, autosubmit, fields = {} }: FormTool): () => void {
  for (const [field, meaning] of Object.entries(fields)) {
    const element = form.elements.namedItem(field);
    const [first] = element instanceof RadioNodeList ? [...element] : [element];
    if (!(first instanceof Element)) throw new TypeError(`The form has no field "${field}".`);
    first.setAttribute('toolparamdescription', meaning);
  }
  form.setAttribute('tooldescription', description);
  if (autosubmit === true) form.setAttribute('toolautosubmit', '');
  // Last: this is what makes it a tool.
  form.setAttribute('toolname', name);
  return () => {
    for (const attribute of ['toolname', 'tooldescription', 'toolautosubmit']) form.removeAttribute(attribute);
  };
}
