// A certified OpenID provider that looks like Azure Active Directory, for tests.
//
// node server.mjs MODULES KEY CHAIN: serves TLS on a free port of this computer and writes one line of
// JSON about itself. It answers under the name in BASE, so the real names are used behind a proxy.
import { randomBytes, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, keyFile, chainFile] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(join(modules, 'oidc-provider', 'lib', 'index.js')));

const BASE = 'https://login.microsoftonline.com';
const TENANT = 'organizations';
const DIRECTORY = '9b0ffa7a-37c1-4f4e-a8a1-5d2f8c2b7f10';
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';
const RESOURCE = `api://${AZURE_DEVOPS}`; // the provider wants a resource to be a URI
const SCOPE = `${AZURE_DEVOPS}/.default`;
const CLIENT = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const OAUTH = `/${TENANT}/oauth2/v2.0`;
const PEOPLE = {
  alice: { name: 'Alice Ångström', password: 'wonderland', oid: '11111111-0000-4000-8000-000000000001' },
  bob: { name: 'Bob Builder', password: 'bricks', oid: '22222222-0000-4000-8000-000000000002' },
};
const usernameOf = (id) => `${id}@contoso.example`;
let secondsOfAccess = 3600;

const signing = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const provider = new Provider(`${BASE}/${TENANT}/v2.0`, {
  clients: [{
    client_id: CLIENT,
    application_type: 'native', // any port of localhost may be gone back to
    token_endpoint_auth_method: 'none',
    redirect_uris: ['http://localhost'],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  }],
  jwks: { keys: [{ ...signing, use: 'sig', alg: 'RS256', kid: 'tests' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  scopes: ['openid', 'profile', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'oid', 'tid'] },
  conformIdTokenClaims: false, // the directory puts the profile into the id token
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (_ctx, client, code) =>
    client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
  ttl: {
    AccessToken: () => secondsOfAccess, AuthorizationCode: 60, DeviceCode: 600, Grant: 86400,
    IdToken: 3600, Interaction: 600, RefreshToken: 86400, Session: 3600,
  },
  routes: {
    authorization: `${OAUTH}/authorize`, token: `${OAUTH}/token`, device_authorization: `${OAUTH}/devicecode`,
    code_verification: `${OAUTH}/deviceauth`, jwks: `/${TENANT}/discovery/v2.0/keys`, revocation: `${OAUTH}/revoke`,
  },
  features: {
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true, charset: 'base-20', mask: '***-***-***' },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // The directory finds the resource in the scope.
      defaultResource: async (ctx) => (String(ctx.oidc.params?.scope ?? '').includes(AZURE_DEVOPS) ? RESOURCE : undefined),
      useGrantedResource: async () => true,
      getResourceServerInfo: async () => ({
        scope: SCOPE, audience: AZURE_DEVOPS, accessTokenTTL: secondsOfAccess,
        accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  extraTokenClaims: async (_ctx, token) => ({ tid: DIRECTORY, upn: usernameOf(token.accountId) }),
  findAccount: async (_ctx, id) => PEOPLE[id] && {
    accountId: id,
    claims: async () => ({
      sub: id, name: PEOPLE[id].name, preferred_username: usernameOf(id), oid: PEOPLE[id].oid, tid: DIRECTORY,
    }),
  },
  interactions: { url: (_ctx, interaction) => `/person/${interaction.uid}` },
  loadExistingGrant: async ({ oidc }) => {
    // Nobody is asked to consent.
    const known = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId);
    const grant = (known && await oidc.provider.Grant.find(known))
      || new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile offline_access');
    grant.addResourceScope(RESOURCE, SCOPE);
    await grant.save();
    return grant;
  },
});
provider.use(async (ctx, next) => {
  await next();
  const account = ctx.oidc?.route === 'token' && ctx.body?.access_token && ctx.oidc.entities.Account;
  if (account) {
    const who = { uid: PEOPLE[account.accountId].oid, utid: DIRECTORY };
    ctx.body.client_info = Buffer.from(JSON.stringify(who)).toString('base64url');
  }
});
const openid = provider.callback();

function page(res, status, html) {
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  res.end(`<!doctype html><html><body>${html}</body></html>`);
}

async function person(req, res, id, aborted) {
  const details = await provider.interactionDetails(req, res);
  const finish = (result, merge = false) =>
    provider.interactionFinished(req, res, result, { mergeWithLastSubmission: merge });
  if (aborted) return finish({ error: 'access_denied', error_description: 'AADSTS65004: The user declined.' });
  if (details.prompt.name === 'consent') return finish({ consent: {} }, true);
  const form = `<form method="post" action="/person/${id}"><input name="login"><input name="password" type="password">
    <button>Sign in</button></form><a href="/person/${id}/abort">Cancel</a>`;
  if (req.method === 'GET') return page(res, 200, form);
  let body = '';
  for await (const piece of req) body += piece;
  const values = new URLSearchParams(body);
  const login = String(values.get('login')).split('@')[0];
  if (PEOPLE[login]?.password !== values.get('password')) return page(res, 400, `<p>AADSTS50126</p>${form}`);
  return finish({ login: { accountId: login } });
}

const options = { key: readFileSync(keyFile), cert: readFileSync(chainFile) };
const server = createServer(options, async (req, res) => {
  const url = new URL(req.url, BASE);
  const asked = url.pathname.match(/^\/person\/([^/]+)(\/abort)?$/);
  try {
    if (asked) return await person(req, res, asked[1], asked[2]);
    if (url.pathname === '/tests/seconds-of-access') {
      secondsOfAccess = Number(url.searchParams.get('value'));
      return page(res, 200, 'done');
    }
    if (url.pathname === '/common/discovery/instance') {
      const host = new URL(BASE).host;
      res.writeHead(200, { 'content-type': 'application/json' });
      return res.end(JSON.stringify({
        tenant_discovery_endpoint: `${BASE}/${TENANT}/v2.0/.well-known/openid-configuration`,
        'api-version': '1.1',
        metadata: [{ preferred_network: host, preferred_cache: 'login.windows.net', aliases: [host, 'login.windows.net'] }],
      }));
    }
    if (url.pathname.endsWith('/.well-known/openid-configuration')) req.url = '/.well-known/openid-configuration';
    if (url.pathname === `${OAUTH}/authorize`) {
      // The provider gives a refresh token after a consent only, and does not know select_account.
      url.searchParams.set('prompt', url.searchParams.get('prompt') ? 'login consent' : 'consent');
      req.url = url.pathname + url.search;
    }
    return openid(req, res);
  } catch (error) {
    return page(res, 500, String(error));
  }
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
process.on('SIGTERM', () => process.exit(0));
