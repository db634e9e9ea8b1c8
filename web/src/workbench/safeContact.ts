/** The record keeps one text for safe contact; the page asks for its four parts, one a line. */
export interface SafeContact {
  number: string;
  hours: string;
  voicemail: string;
  seen_by: string;
}

export const contactParts = ['number', 'hours', 'voicemail', 'seen_by'] as const;

export function writeSafeContact(parts: SafeContact, labels: SafeContact): string {
  return contactParts
    .filter((part) => parts[part].trim())
    .map((part) => `${labels[part]}: ${parts[part].trim().replaceAll(/\s+/g, ' ')}`)
    .join('\n');
}

/** A line without one of the labels belongs to the number: whoever wrote it meant how to reach the person. */
export function readSafeContact(text: string, labels: SafeContact): SafeContact {
  const parts: SafeContact = { number: '', hours: '', voicemail: '', seen_by: '' };
  for (const line of text.split('\n')) {
    const known = contactParts.find((part) => line.startsWith(`${labels[part]}: `));
    if (known) parts[known] = line.slice(labels[known].length + 2);
    else if (line.trim()) parts.number = parts.number ? `${parts.number}, ${line.trim()}` : line.trim();
  }
  return parts;
}
