using Sbx.Api.Contracts;
using Sbx.Api.Errors;

namespace Sbx.Api.Client;

/// <summary>The network policy. Every failure is an <see cref="SbxException"/>. Thread-safe.</summary>
public sealed class PolicyClient
{
    private readonly SbxClient _client;

    internal PolicyClient(SbxClient client) => _client = client;

    /// <summary>The rules that apply to everybody, or to one sandbox.</summary>
    public Task<PolicyListing> ListAsync(string? sandbox, CancellationToken cancellationToken) =>
        _client.GetAsync("policy" + Query(("sandbox", sandbox)), ApiJson.Default.PolicyListing, cancellationToken);

    /// <summary>Chooses the preset for everybody; rules stay.</summary>
    public Task InitAsync(PolicyInitRequest request, CancellationToken cancellationToken) =>
        _client.PostAsync("policy/init", request, ApiJson.Default.PolicyInitRequest, cancellationToken);

    /// <summary>Adds rules; in force on running sandboxes when this returns.</summary>
    public Task<PolicyChange> AddAsync(PolicyAddRequest request, CancellationToken cancellationToken) =>
        _client.PostAsync("policy/rules", request, ApiJson.Default.PolicyAddRequest, ApiJson.Default.PolicyChange, cancellationToken);

    /// <summary>Removes rules; no longer in force on running sandboxes when this returns.</summary>
    public Task<PolicyChange> RemoveAsync(PolicyRemoveRequest request, CancellationToken cancellationToken) =>
        _client.PostAsync("policy/rules/remove", request, ApiJson.Default.PolicyRemoveRequest, ApiJson.Default.PolicyChange, cancellationToken);

    /// <summary>All about one rule.</summary>
    public Task<PolicyInspection> InspectAsync(string id, string? sandbox, CancellationToken cancellationToken) =>
        _client.GetAsync($"policy/rules/{Uri.EscapeDataString(id)}" + Query(("sandbox", sandbox)), ApiJson.Default.PolicyInspection, cancellationToken);

    /// <summary>What the policy says of a destination; the same evaluator as the door's.</summary>
    public Task<PolicyCheckResult> CheckAsync(PolicyCheckRequest request, CancellationToken cancellationToken) =>
        _client.PostAsync("policy/check", request, ApiJson.Default.PolicyCheckRequest, ApiJson.Default.PolicyCheckResult, cancellationToken);

    /// <summary>Rules as the text of a policy file.</summary>
    public Task<PolicyText> ExportAsync(string? sandbox, CancellationToken cancellationToken) =>
        _client.GetAsync("policy/export" + Query(("sandbox", sandbox)), ApiJson.Default.PolicyText, cancellationToken);

    /// <summary>Takes rules from the text of a policy file.</summary>
    /// <returns>The rules that are new.</returns>
    public Task<PolicyChange> ImportAsync(PolicyImportRequest request, CancellationToken cancellationToken) =>
        _client.PostAsync("policy/import", request, ApiJson.Default.PolicyImportRequest, ApiJson.Default.PolicyChange, cancellationToken);

    /// <summary>Deletes all rules, the preset, and the approvals of workspaces.</summary>
    public Task ResetAsync(CancellationToken cancellationToken) => _client.PostAsync("policy/reset", cancellationToken);

    /// <summary>State of a workspace's policy file.</summary>
    public Task<WorkspacePolicyInfo> WorkspaceAsync(string path, CancellationToken cancellationToken) =>
        _client.GetAsync("policy/workspace" + Query(("path", path)), ApiJson.Default.WorkspacePolicyInfo, cancellationToken);

    /// <summary>Approves the policy of a workspace, or takes the approval back.</summary>
    public Task ApproveAsync(WorkspaceApprovalRequest request, CancellationToken cancellationToken) =>
        _client.PostAsync("policy/workspace", request, ApiJson.Default.WorkspaceApprovalRequest, cancellationToken);

    internal static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = string.Empty;
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }

        return query;
    }
}
