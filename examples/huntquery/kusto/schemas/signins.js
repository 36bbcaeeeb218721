'use strict';
// Columns of the sign-in logs that Microsoft Entra ID exports, but TimeGenerated and those
// that every table of a workspace has. From the Azure Monitor table reference: SigninLogs
// (2024) and AADNonInteractiveUserSignInLogs (2026). The details are dynamic in the one and
// text in the other.
module.exports = {
  interactive: `
    AADTenantId AlternateSignInName AppDisplayName AppId AppliedConditionalAccessPolicies
    AppliedEventListeners:dynamic AuthenticationContextClassReferences AuthenticationDetails
    AuthenticationMethodsUsed AuthenticationProcessingDetails AuthenticationProtocol AuthenticationRequirement
    AuthenticationRequirementPolicies AutonomousSystemNumber Category ClientAppUsed
    ConditionalAccessPolicies:dynamic ConditionalAccessStatus CorrelationId CreatedDateTime:datetime
    CrossTenantAccessType DeviceDetail:dynamic DurationMs:long FlaggedForReview:bool HomeTenantId Id Identity
    IPAddress IPAddressFromResourceProvider IsInteractive:bool IsRisky:bool Level Location LocationDetails:dynamic
    MfaDetail:dynamic NetworkLocationDetails OperationName OperationVersion OriginalRequestId
    ProcessingTimeInMilliseconds Resource ResourceDisplayName ResourceGroup ResourceId ResourceIdentity
    ResourceProvider ResourceServicePrincipalId ResourceTenantId ResultDescription ResultSignature ResultType
    RiskDetail RiskEventTypes RiskEventTypes_V2 RiskLevel RiskLevelAggregated RiskLevelDuringSignIn RiskState
    ServicePrincipalId ServicePrincipalName SessionLifetimePolicies SignInIdentifier SignInIdentifierType
    Status:dynamic TokenIssuerName TokenIssuerType UniqueTokenIdentifier UserAgent UserDisplayName UserId
    UserPrincipalName UserType`,
  nonInteractive: `
    AADTenantId Agent AlternateSignInName AppDisplayName AppId AppliedEventListeners:dynamic AppOwnerTenantId
    AuthenticationContextClassReferences AuthenticationDetails AuthenticationMethodsUsed
    AuthenticationProcessingDetails AuthenticationProtocol AuthenticationRequirement
    AuthenticationRequirementPolicies AuthenticatorAppLocation AutonomousSystemNumber Category ClientAppUsed
    ClientCredentialType ClientSessionId ConditionalAccessAudiences ConditionalAccessPolicies
    ConditionalAccessStatus CorrelationId CreatedDateTime:datetime CrossTenantAccessType DeviceDetail
    DurationMs:long FederatedCredentialId GlobalSecureAccessIpAddress HomeTenantId HomeTenantName Id Identity
    IncomingTokenType IPAddress IsInteractive:bool IsRisky:bool IsTenantRestricted:bool
    IsThroughGlobalSecureAccess:bool Level Location LocationDetails MfaDetail NetworkLocationDetails OperationName
    OperationVersion OriginalRequestId OriginalTransferMethod ProcessingTimeInMs ResourceDisplayName ResourceGroup
    ResourceIdentity ResourceOwnerTenantId ResourceServicePrincipalId ResourceTenantId ResultDescription
    ResultSignature ResultType RiskDetail RiskEventTypes RiskEventTypes_V2 RiskLevelAggregated
    RiskLevelDuringSignIn RiskState ServicePrincipalId SessionId SessionLifetimePolicies SignInEventTypes
    SignInIdentifierType Status TokenIssuerName TokenIssuerType TokenProtectionStatusDetails UniqueTokenIdentifier
    UserAgent UserDisplayName UserId UserPrincipalName UserType`,
};
