'use strict';
// Tables of advanced hunting in Microsoft Defender XDR, from the pages
// advanced-hunting-*-table of the public repository MicrosoftDocs/defender-docs.
//
// The pages that could be read are of 2024 for UrlClickEvents, EmailEvents,
// EmailPostDeliveryEvents, DeviceEvents, DeviceNetworkEvents and IdentityLogonEvents, of 2025
// for the others. Assumed: the columns marked so below are documented for the same table in
// Azure Monitor (2026), and they are taken to be here too.
const { table } = require('./table');

const initiatingProcess = `
  InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
  InitiatingProcessFileSize:long InitiatingProcessFolderPath InitiatingProcessId:long InitiatingProcessCommandLine
  InitiatingProcessCreationTime:datetime InitiatingProcessAccountDomain InitiatingProcessAccountName
  InitiatingProcessAccountSid InitiatingProcessAccountUpn InitiatingProcessAccountObjectId
  InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
  InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
  InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription
  InitiatingProcessParentId:long InitiatingProcessParentFileName InitiatingProcessParentCreationTime:datetime`;
const remoteSession = `
  InitiatingProcessSessionId:long IsInitiatingProcessRemoteSession:bool
  InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP`;

const signIn = (deviceIds, more) => table(`
  Timestamp:datetime Application ApplicationId LogonType ErrorCode:int CorrelationId SessionId AccountDisplayName
  AccountObjectId AccountUpn IsExternalUser:int IsGuestUser:bool AlternateSignInName
  LastPasswordChangeTimestamp:datetime ResourceDisplayName ResourceId ResourceTenantId DeviceName ${deviceIds}
  OSPlatform DeviceTrustType IsManaged:int IsCompliant:int AuthenticationProcessingDetails
  AuthenticationRequirement TokenIssuerType:int RiskLevelAggregated:int RiskDetails:int RiskState:int UserAgent
  ClientAppUsed Browser ConditionalAccessPolicies ConditionalAccessStatus:int IPAddress Country State City
  Latitude Longitude NetworkLocationDetails RequestId ReportId EndpointCall ${more}`);

module.exports = {
  // AppName, AppVersion and SourceId are assumed.
  UrlClickEvents: table(`
    Timestamp:datetime Url ActionType AccountUpn Workload NetworkMessageId ThreatTypes DetectionMethods IPAddress
    IsClickedThrough:bool UrlChain ReportId AppName AppVersion SourceId`),
  // RecipientDomain and the columns after LatestDeliveryAction are assumed.
  EmailEvents: table(`
    Timestamp:datetime NetworkMessageId InternetMessageId SenderMailFromAddress SenderFromAddress SenderDisplayName
    SenderObjectId SenderMailFromDomain SenderFromDomain SenderIPv4 SenderIPv6 RecipientEmailAddress
    RecipientDomain RecipientObjectId Subject EmailClusterId:long EmailDirection DeliveryAction DeliveryLocation
    ThreatTypes ThreatNames DetectionMethods ConfidenceLevel BulkComplaintLevel:int EmailAction EmailActionPolicy
    EmailActionPolicyGuid AuthenticationDetails AttachmentCount:int UrlCount:int EmailLanguage Connectors
    OrgLevelAction OrgLevelPolicy UserLevelAction UserLevelPolicy ReportId AdditionalFields LatestDeliveryLocation
    LatestDeliveryAction To:dynamic Cc:dynamic DistributionList ForwardingInformation ExchangeTransportRule
    Context EmailSize:int IsFirstContact:bool ThreatClassification`),
  EmailUrlInfo: table('Timestamp:datetime NetworkMessageId Url UrlDomain UrlLocation ReportId'),
  // EmailDirection and SenderFromAddress are assumed.
  EmailPostDeliveryEvents: table(`
    Timestamp:datetime NetworkMessageId InternetMessageId Action ActionType ActionTrigger ActionResult
    RecipientEmailAddress DeliveryLocation ThreatTypes DetectionMethods ReportId EmailDirection SenderFromAddress`),
  EntraIdSignInEvents: signIn('EntraIdDeviceId', 'IsThroughGlobalSecureAccess:bool UniqueTokenId'),
  AADSignInEventsBeta: signIn('AadDeviceId EntraIdDeviceId', ''),
  DeviceEvents: table(`
    Timestamp:datetime DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileSize:long
    AccountDomain AccountName AccountSid RemoteUrl RemoteDeviceName ProcessId:long ProcessCommandLine
    ProcessCreationTime:datetime ProcessTokenElevation LogonId:long RegistryKey RegistryValueName
    RegistryValueData RemoteIP RemotePort:int LocalIP LocalPort:int FileOriginUrl FileOriginIP ${initiatingProcess}
    InitiatingProcessLogonId:long ReportId:long AppGuardContainerId AdditionalFields ${remoteSession}
    CreatedProcessSessionId:long IsProcessRemoteSession:bool ProcessRemoteSessionDeviceName ProcessRemoteSessionIP`),
  DeviceNetworkEvents: table(`
    Timestamp:datetime DeviceId DeviceName ActionType RemoteIP RemotePort:int RemoteUrl LocalIP LocalPort:int
    Protocol LocalIPType RemoteIPType ${initiatingProcess} InitiatingProcessIntegrityLevel
    InitiatingProcessTokenElevation ReportId:long AppGuardContainerId AdditionalFields ${remoteSession}`),
  MessageEvents: table(`
    Timestamp:datetime LastEditedTime TeamsMessageId SenderEmailAddress SenderDisplayName SenderObjectId SenderType
    RecipientDetails:dynamic IsOwnedThread:bool MessageId ParentMessageId GroupId GroupName ThreadId ThreadSubtype
    IsExternalThread:bool MessageFormatType MessageFormatSubtype MessageVersion MessageSubject ThreatTypes
    DetectionMethods:dynamic ConfidenceLevel:dynamic DeliveryAction DeliveryLocation ReportId SafetyTip`),
  MessageUrlInfo: table('Timestamp:datetime TeamsMessageId Url UrlDomain ThreatTypes ReportId'),
  MessagePostDeliveryEvents: table(`
    Timestamp:datetime TeamsMessageId Action ActionType ActionTrigger ActionResult SenderEmailAddress
    RecipientDetails:dynamic ThreatTypes ConfidenceLevel:dynamic DetectionMethods LatestDeliveryLocation ReportId
    IsExternalThread:bool SafetyTip`),
  CloudAppEvents: table(`
    Timestamp:datetime ActionType Application ApplicationId:int AppInstanceId:int AccountObjectId AccountId
    AccountDisplayName IsAdminOperation:bool DeviceType OSPlatform IPAddress IsAnonymousProxy:bool CountryCode City
    ISP UserAgent ActivityType ActivityObjects:dynamic ObjectName ObjectType ObjectId ReportId AccountType
    IsExternalUser:bool IsImpersonated:bool IPTags:dynamic IPCategory UserAgentTags:dynamic RawEventData:dynamic
    AdditionalFields:dynamic LastSeenForUser:dynamic UncommonForUser:dynamic AuditSource SessionData:dynamic
    OAuthAppId`),
  IdentityLogonEvents: table(`
    Timestamp:datetime ActionType Application LogonType Protocol FailureReason AccountName AccountDomain AccountUpn
    AccountSid AccountObjectId AccountDisplayName DeviceName DeviceType OSPlatform IPAddress Port:int
    DestinationDeviceName DestinationIPAddress DestinationPort:int TargetDeviceName TargetAccountDisplayName
    Location ISP ReportId AdditionalFields:dynamic`),
  AlertEvidence: table(`
    Timestamp:datetime AlertId Title Categories AttackTechniques ServiceSource DetectionSource EntityType
    EvidenceRole EvidenceDirection FileName FolderPath SHA1 SHA256 FileSize:long ThreatFamily RemoteIP RemoteUrl
    AccountName AccountDomain AccountSid AccountObjectId AccountUpn DeviceId DeviceName LocalIP NetworkMessageId
    EmailSubject Application ApplicationId:int OAuthApplicationId ProcessCommandLine RegistryKey RegistryValueName
    RegistryValueData AdditionalFields Severity CloudResource CloudPlatform ResourceType ResourceID SubscriptionId`),
};
