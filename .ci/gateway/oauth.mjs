// A public client library reads the metadata, asks for a token, and verifies it:
// oauth.mjs ISSUER CLIENT SECRET (npm install oauth4webapi jose)
import * as oauth from 'oauth4webapi';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [issuer, id, secret] = process.argv.slice(2);
const insecure = { [oauth.allowInsecureRequests]: true };
const at = new URL(issuer);
const server = await oauth.processDiscoveryResponse(at, await oauth.discoveryRequest(at, { algorithm: 'oauth2', ...insecure }));
const client = { client_id: id };
let passed = 0;
const check = (ok, what) => { if (!ok) throw new Error(what); passed++; };

for (const auth of [oauth.ClientSecretBasic(secret), oauth.ClientSecretPost(secret)]) {
  const res = await oauth.clientCredentialsGrantRequest(server, client, auth, new URLSearchParams({ scope: 'orders:read' }), insecure);
  const token = await oauth.processClientCredentialsResponse(server, client, res);
  check(token.token_type === 'bearer' && token.scope === 'orders:read' && token.expires_in > 0, JSON.stringify(token));
  const { payload, protectedHeader } = await jwtVerify(token.access_token, createRemoteJWKSet(new URL(server.jwks_uri)), { issuer, audience: 'msc-gateway', typ: 'at+jwt' });
  check(payload.client_id === id && payload.sub === id && payload.jti && protectedHeader.alg === 'ES256', JSON.stringify(payload));
  const call = new Request('http://resource.example/', { headers: { authorization: `Bearer ${token.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(server, call, 'msc-gateway', insecure);
  check(claims.scope === 'orders:read', JSON.stringify(claims));
}
for (const [body, auth, error] of [[{ scope: 'admin' }, secret, 'invalid_scope'], [{}, 'wrong', 'invalid_client']]) {
  const res = await oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretBasic(auth), new URLSearchParams(body), insecure);
  try {
    await oauth.processClientCredentialsResponse(server, client, res);
    throw new Error('accepted');
  } catch (e) {
    check(e.error === error || e instanceof oauth.WWWAuthenticateChallengeError && error === 'invalid_client', e);
  }
}
console.log(`oauth    msc-sim  ${passed} of 8 by oauth4webapi and jose`);
