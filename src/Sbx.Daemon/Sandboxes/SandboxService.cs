using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Agents;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Policies;
using Sbx.Daemon.Secrets;
using Sbx.Machines;

namespace Sbx.Daemon.Sandboxes;

/// <summary>All sandboxes of the user. Thread-safe.</summary>
internal sealed class SandboxService(
    SandboxStore store, MachineStarter starter, MachineImages images, MachineDisks disks, AgentCatalog agents, LimitDefaults defaults,
    SandboxPolicies policies, SandboxCredentials credentials, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, Sandbox> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, byte> _reserved = new(StringComparer.OrdinalIgnoreCase);

    public static string Version { get; } =
        typeof(SandboxService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public IEnumerable<Sandbox> All => _byName.Values.OrderBy(s => s.Record.Name, StringComparer.OrdinalIgnoreCase);

    public bool IsBusy => !_reserved.IsEmpty || _byName.Values.Any(s => s.IsBusy);

    public void Load()
    {
        foreach (var record in store.Load())
        {
            // A sandbox that ran when the daemon was killed stopped then; the machine died with it.
            var loaded = record.StoppedAt is null && record.LastUsedAt is not null ? record with { StoppedAt = record.LastUsedAt } : record;
            _byName[record.Name] = Wrap(loaded);
        }
    }

    /// <exception cref="SbxException">There is none of that name.</exception>
    public Sandbox Get(string name) => _byName.TryGetValue(name, out var sandbox)
        ? sandbox
        : throw new SbxException(ErrorCode.NotFound, $"sandbox '{name}' not found", "sbx ls shows the sandboxes there are");

    public async Task<Sandbox> CreateAsync(CreateSandboxRequest request, IProgress<OperationEvent> progress, CancellationToken cancellationToken)
    {
        var agent = agents.Get(request.Agent);
        var workspaces = CheckWorkspaces(request.Workspaces);
        var name = Reserve(request.Name, agent.Name, workspaces);
        try
        {
            var template = request.Template ?? agent.Template;
            var limits = await defaults.ResolveAsync(request, template, progress, cancellationToken).ConfigureAwait(false);
            var root = (await images.OfTemplateAsync(template, progress, cancellationToken).ConfigureAwait(false)).Template;
            var record = new SandboxRecord
            {
                Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
                Name = name,
                Agent = agent.Name,
                Template = template,
                TemplateDigest = root.Digest,
                Workspaces = workspaces,
                Limits = limits,
                Environment = request.Environment,
                GrantedServices = await credentials.GrantAsync(name, cancellationToken).ConfigureAwait(false),
                MachineId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
                CreatedAt = time.GetUtcNow(),
                CreatedWith = Version,
            };
            policies.Provision(name, request);
            try
            {
                return _byName[name] = await CreateAsync(record, progress, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                policies.Remove(name);
                throw;
            }
        }
        finally
        {
            _reserved.TryRemove(name, out _);
        }
    }

    public async Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        var sandbox = Get(name);
        await sandbox.RemoveAsync(force, cancellationToken).ConfigureAwait(false);
        _byName.TryRemove(new KeyValuePair<string, Sandbox>(sandbox.Record.Name, sandbox));
        // Only now: while it ran they were in force, and the next sandbox of this name starts without them.
        policies.Remove(sandbox.Record.Name);
        await credentials.RemoveAsync(sandbox.Record.Name, cancellationToken).ConfigureAwait(false);
    }

    public async Task<PruneResult> PruneAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        long freed = 0;
        foreach (var sandbox in All.ToList())
        {
            // Without a known time of its stop a sandbox is not older than anything.
            var old = request.StoppedBefore is null || (sandbox.Record.StoppedAt is { } at && at < request.StoppedBefore);
            if (sandbox.IsBusy || !old)
                continue;
            freed += FileFacts.AllocatedBytes(store.DiskOf(sandbox.Record.Id));
            if (!request.DryRun)
                await RemoveAsync(sandbox.Record.Name, force: false, cancellationToken).ConfigureAwait(false);
            removed.Add(sandbox.Record.Name);
        }

        return new PruneResult(removed, freed);
    }

    public async Task StopAllAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(All.Select(s => s.StopAsync(cancellationToken))).ConfigureAwait(false);

    private async Task<Sandbox> CreateAsync(SandboxRecord record, IProgress<OperationEvent> progress, CancellationToken cancellationToken)
    {
        await store.CreateAsync(record, path => disks.CreateAsync(path, record.Limits.DiskBytes, cancellationToken)).ConfigureAwait(false);
        var sandbox = Wrap(record);
        try
        {
            await sandbox.StartAsync(progress, cancellationToken).ConfigureAwait(false);
            return sandbox;
        }
        catch
        {
            await sandbox.RemoveAsync(force: true, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private Sandbox Wrap(SandboxRecord record) => new(record, store, starter, policies, time, loggers.CreateLogger<Sandbox>());

    private string Reserve(string? wanted, string agent, IReadOnlyList<Workspace> workspaces)
    {
        bool IsTaken(string candidate) => _byName.ContainsKey(candidate) || _reserved.ContainsKey(candidate);
        if (wanted is not null)
        {
            SandboxNames.Validate(wanted);
            if (_byName.ContainsKey(wanted) || !_reserved.TryAdd(wanted, 0))
                throw new SbxException(ErrorCode.Conflict, $"sandbox '{wanted}' exists already", $"connect to it: sbx run --name {wanted}, or remove it: sbx rm {wanted}");
            return wanted;
        }

        while (true)
        {
            var name = SandboxNames.Propose(agent, workspaces, IsTaken);
            if (_reserved.TryAdd(name, 0))
                return name;
        }
    }

    private static IReadOnlyList<Workspace> CheckWorkspaces(IReadOnlyList<Workspace> workspaces)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var workspace in workspaces)
        {
            if (!Path.IsPathFullyQualified(workspace.Path) || workspace.Path == "/" || Path.GetFullPath(workspace.Path) != workspace.Path)
                throw new SbxException(ErrorCode.Usage, $"'{workspace.Path}' is not an absolute path below the root directory", "name a directory of your own");
            if (!Path.Exists(workspace.Path))
                throw new SbxException(ErrorCode.NotFound, $"workspace {workspace.Path} does not exist", $"make it: mkdir -p {workspace.Path}");
            if (!seen.Add(workspace.Path))
                throw new SbxException(ErrorCode.Usage, $"workspace {workspace.Path} is named twice", "name it once");
        }

        return workspaces;
    }
}
