namespace Sbx.Workspaces.Operations;

/// <summary>What an operation returns besides a positive error number.</summary>
internal static class Outcome
{
    /// <summary>The reply's payload is complete.</summary>
    internal const int Done = 0;

    /// <summary>There is no reply, or it is sent later by somebody else.</summary>
    internal const int NoReply = -1;
}
