import { api, ask, type Schemas } from '../shared/api/client';
import { Problem } from '../shared/api/problem';

/** Passkeys belong to a name: none where the browser has none, and none at an address that is a number. */
export const passkeysOffered = (host = location.hostname): boolean =>
  typeof PublicKeyCredential !== 'undefined' && isSecureContext && !/^[\d.]+$|:|^\[/.test(host);

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

export const textOfBytes = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const clientData = (credential: PublicKeyCredential): string =>
  new TextDecoder().decode(credential.response.clientDataJSON);

/** What the device was asked for; a Problem where the person or the device says no. */
async function fromDevice(asked: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await asked.catch((error: unknown) => {
    const known = error instanceof DOMException && error.name === 'InvalidStateError';
    throw new Problem(0, known ? 'passkey.known' : 'passkey.stopped', '');
  });
  if (credential instanceof PublicKeyCredential) return credential;
  throw new Problem(0, 'passkey.stopped', '');
}

export async function addPasskey(password: string, name: string): Promise<Schemas['PasskeyView']> {
  const offer = await ask(api.POST('/api/v1/passkeys/challenge', { body: { password } }));
  const credential = await fromDevice(
    navigator.credentials.create({
      publicKey: {
        challenge: bytesOf(offer.challenge),
        rp: { id: offer.relying_party, name: offer.practice_name || offer.relying_party },
        user: { id: new TextEncoder().encode(offer.user), name: offer.login, displayName: offer.display_name },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        attestation: 'none',
        excludeCredentials: offer.known.map((id) => ({ type: 'public-key' as const, id: bytesOf(id) })),
      },
    }),
  );
  const made = credential.response as AuthenticatorAttestationResponse;
  return ask(
    api.POST('/api/v1/passkeys', {
      body: {
        name,
        client_data: clientData(credential),
        authenticator_data: textOfBytes(made.getAuthenticatorData()),
      },
    }),
  );
}

export async function signInByPasskey(): Promise<Schemas['Welcome']> {
  const asked = await ask(api.POST('/api/v1/session/passkey/challenge'));
  const credential = await fromDevice(
    navigator.credentials.get({
      publicKey: {
        challenge: bytesOf(asked.challenge),
        rpId: asked.relying_party,
        userVerification: 'required',
      },
    }),
  );
  const used = credential.response as AuthenticatorAssertionResponse;
  return ask(
    api.POST('/api/v1/session/passkey', {
      body: {
        credential_id: textOfBytes(credential.rawId),
        client_data: clientData(credential),
        authenticator_data: textOfBytes(used.authenticatorData),
        signature: textOfBytes(used.signature),
      },
    }),
  );
}
