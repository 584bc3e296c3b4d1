"""拓客's process engine. What is named here is public, nothing else is: open a ProcessEngine, run commands, read queries."""

from engine.audit.ends import CompareKeptEnds, EndBreak, EndsCompared
from engine.audit.export import Exported, ExportEvents
from engine.audit.questions import ReexecuteInstance, VerifyInstance
from engine.audit.reexecute import Difference, Reexecution
from engine.audit.verify import Verified
from engine.bpmn.archive import files_of, pack_zip
from engine.bpmn.differences.drawings import SIGNS, DrawingPair
from engine.bpmn.differences.records import CellChange, ElementChange, FileDifference, RuleChange, TableChange
from engine.bpmn.differences.words import kind_words, property_words
from engine.bpmn.finding_words import draw_findings, finding_words
from engine.bpmn.pack import digest_of
from engine.commands.deployments import DefinitionVersion, Deployment, DeployPack
from engine.commands.files import FileKept, FilesRemoved, KeepFile, RemoveUnusedFiles
from engine.commands.inspections import Inspected, InspectFile, InspectInstances
from engine.commands.instances import Changed, RetryIncident, Started, StartInstance, TerminateInstance
from engine.commands.jobs import CompleteJob, FailJob, JobResult, RunJob
from engine.commands.lists.first_steps import FirstStepsShown, ShowFirstSteps
from engine.commands.lists.list_memory import ListRemembered, RememberRecordList
from engine.commands.lists.next_task import NextTaskOpening, OpenNextTask
from engine.commands.lists.saved_lists import ChangeList, ListSaved, OpenWithList, RemoveList, SaveList
from engine.commands.lists.task_columns import ChooseTaskColumns, ColumnsChosen
from engine.commands.messages import BroadcastSignal, CorrelateMessage, Deliver, Delivered, Sent
from engine.commands.people.account import ChangeLanguage, ChangeName, ChangePassword, SignedIn, SignIn
from engine.commands.people.attempts import AttemptAt, AttemptLimit, BeginAttempt, ForgetAttempt
from engine.commands.people.departments import DepartmentSaved, RemoveDepartment, SaveDepartment
from engine.commands.people.external import ExternalSignIn
from engine.commands.people.passwords import SHORTEST_PASSWORD
from engine.commands.people.people_import import ImportPeople
from engine.commands.people.sessions import (
    BeginSession,
    EndOtherSessions,
    EndSession,
    EndSessionsOf,
    SessionBegun,
    TouchSession,
    token_hash,
)
from engine.commands.people.users import ResetPassword, SaveUser, SetActive, SetPassword, SetPermissions, SetRoleMember, UserSaved
from engine.commands.records.record_import_rows import UNREAD_CELLS, Imported, ImportFinding, ImportLine, ImportRow
from engine.commands.records.record_imports import ImportRecords
from engine.commands.records.record_merging import MergeRecords, RecordsMerged
from engine.commands.records.records import ArchiveRecord, DistinguishRecords, RecordSaved, SaveRecord
from engine.commands.sandboxes import AddSandboxStep, BeginSandbox, CutSandbox, EndSandbox, RemoveOldSandboxes, RenewSandbox, SandboxChanged
from engine.commands.scenario_runs import KeepScenarioRun
from engine.commands.talk.attachments import LONGEST_REASON, AttachFiles, AttachmentLimits, AttachmentRemoved, FilesAttached, RemoveAttachment
from engine.commands.talk.comment_editing import ChangeComment, CommentChanged
from engine.commands.talk.comments import LONGEST_COMMENT, CommentDeleted, CommentWritten, DeleteComment, WriteComment
from engine.commands.talk.copies import CopiesRead, CopySent, MarkCopiesRead, SendCopy
from engine.commands.tasks.assigned_together import TellOfAssigned
from engine.commands.tasks.drafts import DraftSaved, RemoveLeftDrafts, SaveDraft, SeenDraft
from engine.commands.tasks.handover import HandedOver, HandOverWork
from engine.commands.tasks.kept_forms import KeepForm, KeptFields, TakeKeptForm
from engine.commands.tasks.substitutes import EndSubstitute, SetSubstitute, SubstituteEnded, SubstituteSet
from engine.commands.tasks.tasks import Assigned, AssignTask, ClaimTask, Completed, CompleteTask, UnclaimTask
from engine.commands.tasks.withdraw import WithdrawCompletion, Withdrawn
from engine.commands.telling.mail_address import ConfirmMailAddress, SetMailAddress, SetMailAddressOf
from engine.commands.telling.mails import RetryMails
from engine.commands.telling.notifications import ChooseNotifications, DueTold, MarkNotificationsRead, NotificationOpened, OpenNotification, TellOfDue
from engine.commands.timers import Fired, FireTimer, StartByTimer
from engine.commands.work import OpenedTask
from engine.commands.working.copies import (
    CreatePack,
    DiscardWorkingCopy,
    OpenWorkingCopy,
    WatchWorkingFile,
    WorkingCopyOpened,
    WorkingNeighbours,
)
from engine.commands.working.files import RemoveWorkingFile, RenameWorkingFile, SaveWorkingFile, WorkingFileSaved
from engine.commands.working.release import LONGEST_NOTE, ReleaseFiles, ReleaseWorkingCopy
from engine.commands.working.updates import UpdateWorkingCopy, WorkingCopyUpdated
from engine.commands.working.uploads import PutWorkingFiles, TakeUpload, UploadTaken, WorkingFilesPut
from engine.dmn.sheet import DecisionSheet, SheetColumn, SheetRule
from engine.forms import (
    LIMITS,
    Form,
    FormRights,
    FormView,
    Lookups,
    Option,
    RecordSource,
    apply_operation,
    decode_post,
    file_field,
    operation_of,
    problem_text,
    removed_file,
)
from engine.forms import frame as form_frame
from engine.forms import holds as form_holds
from engine.forms import view as form_view
from engine.model.arrangement import Arrangement, RecordFilter
from engine.model.errors import (
    AmbiguousCorrelation,
    ConflictError,
    ConnectorError,
    ContentChanged,
    DatabaseUnavailable,
    DecisionError,
    DefinitionRejected,
    EngineError,
    EventLogCorrupt,
    FieldProblem,
    FormRejected,
    InputRejected,
    InstanceNotActive,
    LostRace,
    NoFlowTaken,
    NotAllowedError,
    NotFoundError,
    NotWithdrawable,
    ProcessError,
    RejectedError,
    ScriptError,
    StaleRevision,
    StepLimitReached,
    StorageError,
    TaskAlreadyClaimed,
    TaskNotOpen,
)
from engine.model.events import HistoryEvent
from engine.model.findings import Finding
from engine.model.identity import SYSTEM, Actor, Standing, is_analyst, is_auditor, is_instance_id
from engine.model.people_import import PERSON_COLUMNS, ImportedPerson, PeopleImported, PersonColumn, PersonFinding
from engine.model.task_list import COLUMNS as TASK_COLUMNS
from engine.model.task_list import VALUE_MARK, columns_in_order
from engine.process_engine import ProcessEngine
from engine.queries.assigning import Substitutes, SubstitutionRow, UnattendedTasks
from engine.queries.audit_search import CaseChoices, CaseFilter, FindCases, FoundCases, ListCaseChoices
from engine.queries.awaited import AwaitedEvent, AwaitedEvents
from engine.queries.cases.case_file import CaseFile
from engine.queries.cases.case_files import CaseFileLine, CaseFiles, FilesOfCase
from engine.queries.cases.comment_proof import CommentsOnRecord, CommentsProof, ProvedComment
from engine.queries.cases.comments import CommentLine, CommentPage, CommentsOf, Mentionable, PeopleToMention
from engine.queries.cases.copies import Colleagues, Copies, CopiesOf
from engine.queries.cases.files import FileDetail, FilePart, FileView, FormFiles, FormOptions, RecordNames
from engine.queries.cases.form_paper import form_pdf
from engine.queries.cases.history import History, HistoryInWords
from engine.queries.cases.instances import InstanceList, InstanceView, Variables
from engine.queries.cases.previews import ENCODINGS, PreviewText, TextPreview
from engine.queries.cases.replay import MOST_MOMENTS, Replay, ReplayMoments, ReplaySteps
from engine.queries.cases.replay_views import MomentChange, MomentForm, MomentVariable, MomentView, ReplayStep, ReplayStepsPage, ReplayView
from engine.queries.database_role import DatabaseRole
from engine.queries.incidents import Incidents
from engine.queries.packs.definitions import Definitions, DiagramSvg, DiagramXml, Startable, StartForm
from engine.queries.packs.pack_views import (
    FormUse,
    PackCall,
    PackDetail,
    PackFileRow,
    PackForm,
    PackProcess,
    PackRecordType,
    PackRelease,
    PackRole,
    PackRow,
    PackScenario,
    PackVersionRow,
)
from engine.queries.packs.packs import FormPreview, PackFile, PackFiles, Packs, PackView, SubProcessSvg
from engine.queries.packs.releases import ChangedFile, ReleaseSheet, ReleaseView
from engine.queries.packs.sandboxes import FindSandbox, MySandboxes, SandboxDetail, SandboxFiles
from engine.queries.packs.scenario_runs import CoverageDrawings, DrawnProcess, LastScenarioRun, ProcessCoverage, ScenarioOutcome, ScenarioRunView
from engine.queries.packs.working_context import (
    Choice,
    EditedSettings,
    FormChoice,
    WorkChoice,
    WorkingChoices,
    WorkingContext,
    WorkingForm,
    WorkingFormPreview,
    WorkingNames,
    WorkingSettings,
)
from engine.queries.packs.working_copies import (
    WorkingCopies,
    WorkingCopyDetail,
    WorkingCopyRow,
    WorkingCopyView,
    WorkingFile,
    WorkingFileContent,
    WorkingFileRow,
    WorkingFiles,
    WorkingFindingList,
    WorkingFindings,
    WorkingHistory,
    WorkingVersionContent,
    WorkingVersionRow,
)
from engine.queries.people.account_events import KINDS as ACCOUNT_EVENT_KINDS
from engine.queries.people.account_events import AccountEventPage, AccountEventRow, AccountEvents, AccountLogVerified, VerifyAccountEvents
from engine.queries.people.accounts import FindAccount, MyAccount, Roles, Users
from engine.queries.people.auditors import ActingAuditors
from engine.queries.people.demo_accounts import DEMO_PASSWORD
from engine.queries.people.mails import FailingMail, FailingMails, MailAddressOf
from engine.queries.people.notification_words import notification_words
from engine.queries.people.notifications import (
    KindChoice,
    MyNotificationChoices,
    NotificationChoices,
    NotificationPage,
    NotificationRow,
    Notifications,
)
from engine.queries.people.organisation import DepartmentRow, Departments, FindPerson, GroupMembers, Member, Person
from engine.queries.people.people import (
    AccountDetail,
    ActivePeople,
    AllRoleMembers,
    FindAccountDetail,
    HeldTask,
    People,
    PeoplePage,
    PersonLine,
    RoleMembers,
)
from engine.queries.people.sessions import FindSession, FoundSession, MySessions, SessionRow
from engine.queries.registers.record_duplicates import DuplicatePairs, SimilarRecords, WrongCreditCodes
from engine.queries.registers.record_imports import ImportDetail, ImportView
from engine.queries.registers.record_lists import RecordFilters, RecordList
from engine.queries.registers.record_merging import RecordsToMerge
from engine.queries.registers.record_previews import RecordPreview, RecordPreviewOf, RecordRole
from engine.queries.registers.register_views import (
    AccountRow,
    FieldChange,
    FilterChoice,
    FilterView,
    Likeness,
    MergedRecord,
    MergeField,
    MergeSheet,
    MergeSide,
    RecordChangeLine,
    RecordColumn,
    RecordDetail,
    RecordFile,
    RecordKind,
    RecordPage,
    RecordPair,
    RecordPairs,
    RecordRow,
    RecordSheet,
    RecordTask,
    SignedInAccount,
    SimilarRecord,
)
from engine.queries.registers.registers import NewRecord, RecordTypes, RecordView
from engine.queries.task_page.background import BackgroundOfTask
from engine.queries.task_page.course import CourseOfTask, TaskSaid
from engine.queries.task_page.views import Ahead, NextStep, PastStep, Phrase, TaskBackground
from engine.queries.tasks import TaskForm
from engine.queries.views import (
    CurrentWork,
    DefinitionRow,
    DraftView,
    EarlierDecision,
    HistoryLine,
    IncidentRow,
    InstanceDetail,
    InstancePage,
    InstanceRow,
    ProcessCall,
    Progress,
    RoleName,
    StartView,
    TaskRow,
    TaskView,
    VariableLine,
    VariableSet,
    WorklistPage,
)
from engine.queries.worklist.filter_names import FilterNames, FilterWords
from engine.queries.worklist.first_steps import FirstSteps, FirstStepsView
from engine.queries.worklist.list_memory import RememberedRecordList
from engine.queries.worklist.list_views import CopyLine, CopyPage, CopyRow, TaskKind
from engine.queries.worklist.next_task import OpensNextTask, TaskAfter
from engine.queries.worklist.same_tasks import OneOfSame, SameTasks, TasksToComplete
from engine.queries.worklist.saved_lists import ListsToManage, ManagedLists, OpeningList, SavedListOf, SavedListRow, SavedLists, ShareableRoles
from engine.queries.worklist.task_columns import TaskColumns
from engine.queries.worklist.task_left import LeftTask, WhatWasTyped
from engine.queries.worklist.task_values import TaskValues, ValueField, ValueFields, ValuesOfTasks
from engine.queries.worklist.worklist import ListCounts, OpenTasks, TaskRows, Worklist, WorklistChoices
from engine.queries.worklist.worklist_filter import TaskFilter
from engine.queries.worklist.worklist_whose import ActedFor
from engine.settings import OidcSettings, Settings
from engine.store.application_role import RoleStanding
from engine.store.diagnosis import ChainBreak
from engine.store.notifications import DUE_HOURS, MOST_COUNTED
from engine.trial.outcomes import ScenarioResult
from engine.trial.recording import Recording
from engine.trial.runs import WorkingScenarios, release_tried, require_green, steps_to_look_at
from engine.trial.sandbox import OpenSandbox, Sandboxes
from engine.trial.suite import SuiteProgress
