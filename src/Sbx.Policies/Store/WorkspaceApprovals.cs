using System.Globalization;
using System.Text;
using Sbx.Policies.Documents;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>Which texts of workspaces' policies the user approved, with a copy of each, kept where no guest can write.</summary>
internal sealed class WorkspaceApprovals(PolicyFiles files, TimeProvider time)
{
    private readonly SortedDictionary<string, (string Hash, string At)> _approved = new(StringComparer.Ordinal);

    /// <exception cref="PolicyException">The list is not valid.</exception>
    public void Load()
    {
        _approved.Clear();
        if (PrivateFile.Read(files.Approvals) is not { } text || ConfigReader.Read(files.Approvals, text) is not { } root)
            return;
        foreach (var entry in root.Map("approved")["approved"].List())
        {
            var keys = entry.Map("workspace", "sha256", "at");
            _approved[keys["workspace"].Scalar()] = (keys["sha256"].Scalar(), keys["at"].Scalar());
        }
    }

    public string? HashOf(string workspace) => _approved.TryGetValue(workspace, out var entry) ? entry.Hash : null;

    /// <summary>The approved text; null when there is none. A copy that was changed counts as none.</summary>
    public PolicyDocument? DocumentOf(string workspace)
    {
        if (HashOf(workspace) is not { } hash || PrivateFile.Read(files.ApprovedCopy(hash)) is not { } text || PolicyFiles.Hash(text) != hash)
            return null;
        return PolicyDocumentReader.Read(files.ApprovedCopy(hash), text, RuleScope.Workspace(workspace));
    }

    public void Approve(string workspace, string text)
    {
        var hash = PolicyFiles.Hash(text);
        PrivateFile.Write(files.ApprovedCopy(hash), text);
        _approved[workspace] = (hash, time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Save();
    }

    public bool Revoke(string workspace)
    {
        if (!_approved.Remove(workspace))
            return false;
        Save();
        return true;
    }

    private void Save()
    {
        var builder = new StringBuilder("# Policies of workspaces that were approved; see: sbx policy approve\napproved:");
        builder.Append(_approved.Count == 0 ? " []\n" : "\n");
        foreach (var (workspace, (hash, at)) in _approved)
            builder.Append(CultureInfo.InvariantCulture, $"  - workspace: {YamlText.Scalar(workspace)}\n    sha256: {YamlText.Scalar(hash)}\n    at: {YamlText.Scalar(at)}\n");
        PrivateFile.Write(files.Approvals, builder.ToString());
    }
}
