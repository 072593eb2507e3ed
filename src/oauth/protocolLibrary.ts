/**
 * What is used of the protocol library, and nothing else of it: loaded when it is first needed, as one module whose
 * other parts the bundle leaves out.
 */
export {
  allowInsecureRequests,
  AuthorizationResponseError,
  authorizationCodeGrantRequest,
  ClientSecretPost,
  customFetch,
  introspectionRequest,
  None,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  processIntrospectionResponse,
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  ResponseBodyError,
  revocationRequest,
  UnsupportedOperationError,
  validateAuthResponse,
} from 'oauth4webapi';
