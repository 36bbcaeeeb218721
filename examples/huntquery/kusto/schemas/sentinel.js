'use strict';
// Tables of a Log Analytics workspace (Microsoft Sentinel), from the Azure Monitor table
// reference: MicrosoftDocs/azure-monitor-docs, articles/azure-monitor/reference/tables, where
// a page of 2026 with its columns could be read, else the pages of 2024 in
// MicrosoftDocs/azure-reference-other. The Defender tables have TimeGenerated there and no
// column Timestamp.
//
// Assumed: MessagePostDeliveryEvents, whose columns could not be read, has those of advanced
// hunting. EntraIdSignInEvents and AADSignInEventsBeta have no page, so they are not here.
const { table, renamed } = require('./table');
const defender = require('./defender');
const signins = require('./signins');

const STANDARD = 'TenantId SourceSystem Type _BilledSize:real _IsBillable';
const workspace = (words) => table(`TimeGenerated:datetime ${words} ${STANDARD}`);

const initiatingProcess = `
  InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountObjectId
  InitiatingProcessAccountSid InitiatingProcessAccountUpn InitiatingProcessCommandLine
  InitiatingProcessCreationTime:datetime InitiatingProcessFileName InitiatingProcessFileSize:long
  InitiatingProcessFolderPath InitiatingProcessId:long InitiatingProcessMD5
  InitiatingProcessParentCreationTime:datetime InitiatingProcessParentFileName InitiatingProcessParentId:long
  InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessVersionInfoCompanyName
  InitiatingProcessVersionInfoFileDescription InitiatingProcessVersionInfoInternalFileName
  InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoProductName
  InitiatingProcessVersionInfoProductVersion`;

module.exports = {
  UrlClickEvents: workspace(`
    AccountUpn ActionType AppName AppVersion DetectionMethods IPAddress IsClickedThrough:bool NetworkMessageId
    ReportId SourceId ThreatTypes Url UrlChain Workload`),
  EmailEvents: workspace(`
    AdditionalFields:dynamic AttachmentCount:int AuthenticationDetails BulkComplaintLevel:int Cc:dynamic
    ConfidenceLevel Connectors Context DeliveryAction DeliveryLocation DetectionMethods DistributionList EmailAction
    EmailActionPolicy EmailActionPolicyGuid EmailClusterId:long EmailDirection EmailLanguage EmailSize:int
    ExchangeTransportRule ForwardingInformation InternetMessageId IsFirstContact:bool
    LastEventExecutionTime:datetime LatestDeliveryAction LatestDeliveryLocation NetworkMessageId OrgLevelAction
    OrgLevelPolicy RecipientDomain RecipientEmailAddress RecipientObjectId ReportId SenderDisplayName
    SenderFromAddress SenderFromDomain SenderIPv4 SenderIPv6 SenderMailFromAddress SenderMailFromDomain
    SenderObjectId Subject ThreatClassification ThreatNames ThreatTypes To:dynamic UrlCount:int UserLevelAction
    UserLevelPolicy`),
  EmailUrlInfo: workspace('NetworkMessageId ReportId Url UrlDomain UrlLocation'),
  EmailPostDeliveryEvents: workspace(`
    Action ActionResult ActionTrigger ActionType DeliveryLocation DetectionMethods EmailDirection InternetMessageId
    NetworkMessageId RecipientEmailAddress ReportId SenderFromAddress ThreatTypes`),
  DeviceEvents: workspace(`
    AccountDomain AccountName AccountSid ActionType AdditionalFields:dynamic AppGuardContainerId DeviceId DeviceName
    FileName FileOriginIP FileOriginUrl FileSize:long FolderPath ${initiatingProcess}
    InitiatingProcessLogonId:long LocalIP LocalPort:int LogonId:long MachineGroup MD5 ProcessCommandLine
    ProcessCreationTime:datetime ProcessId:long ProcessTokenElevation RegistryKey RegistryValueData
    RegistryValueName RemoteDeviceName RemoteIP RemotePort:int RemoteUrl ReportId:long SHA1 SHA256`),
  DeviceNetworkEvents: workspace(`
    ActionType AdditionalFields:dynamic AppGuardContainerId DeviceId DeviceName ${initiatingProcess}
    InitiatingProcessIntegrityLevel InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP
    InitiatingProcessSessionId:long InitiatingProcessTokenElevation InitiatingProcessUniqueId
    IsInitiatingProcessRemoteSession:bool LocalIP LocalIPType LocalPort:int MachineGroup Protocol RemoteIP
    RemoteIPType RemotePort:int RemoteUrl ReportId:long`),
  MessageEvents: workspace(`
    ConfidenceLevel:dynamic DeliveryAction DeliveryLocation DetectionMethods:dynamic GroupId GroupName
    IsExternalThread:bool IsOwnedThread:bool LastEditedTime MessageFormatSubtype MessageFormatType MessageId
    MessageSubject MessageVersion ParentMessageId RecipientDetails:dynamic ReportId SafetyTip SenderDisplayName
    SenderEmailAddress SenderObjectId SenderType TeamsMessageId ThreadId ThreadSubtype ThreatTypes`),
  MessageUrlInfo: workspace('ReportId TeamsMessageId ThreatTypes Url UrlDomain'),
  MessagePostDeliveryEvents: [
    ...renamed(defender.MessagePostDeliveryEvents, { Timestamp: 'TimeGenerated' }), ...table(STANDARD),
  ],
  CloudAppEvents: workspace(`
    AccountDisplayName AccountId AccountObjectId AccountType ActionType ActivityObjects:dynamic ActivityType
    AdditionalFields:dynamic AppInstanceId:int Application ApplicationId:int City CountryCode DeviceType IPAddress
    IPCategory IPTags:dynamic IsAdminOperation:bool IsAnonymousProxy:bool IsExternalUser:bool IsImpersonated:bool
    ISP ObjectId ObjectName ObjectType OSPlatform RawEventData:dynamic ReportId UserAgent UserAgentTags:dynamic`),
  IdentityLogonEvents: workspace(`
    AccountDisplayName AccountDomain AccountName AccountObjectId AccountSid AccountUpn ActionType
    AdditionalFields:dynamic Application DestinationDeviceName DestinationIPAddress DestinationPort DeviceName
    DeviceType FailureReason IPAddress ISP Location LogonType OSPlatform Port Protocol ReportId
    TargetAccountDisplayName TargetDeviceName`),
  AlertEvidence: workspace(`
    AccountDomain AccountName AccountObjectId AccountSid AccountUpn AdditionalFields:dynamic AlertId Application
    ApplicationId:int AttackTechniques Categories CloudPlatform CloudResource DetectionSource DeviceId DeviceName
    EmailSubject EntityType EvidenceDirection EvidenceRole FileName FileSize:long FolderPath LocalIP
    NetworkMessageId OAuthApplicationId ProcessCommandLine RegistryKey RegistryValueData RegistryValueName RemoteIP
    RemoteUrl ServiceSource Severity SHA1 SHA256 ThreatFamily Title`),
  SigninLogs: workspace(signins.interactive),
  AADNonInteractiveUserSignInLogs: workspace(signins.nonInteractive),
  OfficeActivity: workspace(`
    AADGroupId AADTarget Activity Actor ActorContextId ActorIpAddress AddOnGuid AddonName AddOnType AffectedItems
    AppDistributionMode AppId Application ApplicationId AzureActiveDirectory_EventType AzureADAppId ChannelGuid
    ChannelName ChannelType ChatName ChatThreadId Client Client_IPAddress ClientAppId ClientInfoString ClientIP
    ClientMachineName ClientProcessName ClientVersion CommunicationType CrossMailboxOperations:bool CustomEvent
    DataCenterSecurityEventType:int DestFolder DestinationFileExtension DestinationFileName DestinationRelativeUrl
    DestMailboxId DestMailboxOwnerMasterAccountSid DestMailboxOwnerSid DestMailboxOwnerUPN EffectiveOrganization
    ElevationApprovedTime:datetime ElevationApprover ElevationDuration:int ElevationRequestId ElevationRole
    ElevationTime:datetime Event_Data EventSource ExtendedProperties ExternalAccess ExtraProperties:dynamic Folder
    Folders GenericInfo InternalLogonType:int InterSystemsId IntraSystemId IsManagedDevice:bool Item ItemName
    ItemType LoginStatus:int Logon_Type LogonUserDisplayName LogonUserSid MachineDomainInfo MachineId MailboxGuid
    MailboxOwnerMasterAccountSid MailboxOwnerSid MailboxOwnerUPN Members:dynamic MessageId
    ModifiedObjectResolvedName ModifiedProperties Name NewValue OfficeId OfficeObjectId OfficeTenantId
    OfficeWorkload OldValue Operation OperationProperties:dynamic OperationScope OrganizationId OrganizationName
    OriginatingServer Parameters RecordType _ResourceId ResultReasonType ResultStatus SendAsUserMailboxGuid
    SendAsUserSmtp SendonBehalfOfUserMailboxGuid SendOnBehalfOfUserSmtp SharingType Site_ Site_Url Source_Name
    SourceFileExtension SourceFileName SourceRecordId SourceRelativeUrl SRPolicyId SRPolicyName
    SRRuleMatchDetails:dynamic Start_Time:datetime _SubscriptionId SupportTicketId TabType TargetContextId
    TargetUserId TargetUserOrGroupName TargetUserOrGroupType TeamGuid TeamName UserAgent UserDomain UserId UserKey
    UserSharedWith UserType`),
};
