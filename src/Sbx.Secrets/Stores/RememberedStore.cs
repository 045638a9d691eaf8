using Sbx.Policies.Documents;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Stores;

/// <summary>Notes the kind of a store once it holds a secret.</summary>
internal sealed class RememberedStore(ISecretStore inner, string choiceFile) : ISecretStore, IDisposable
{
    public string Description => inner.Description;

    public string Kind => inner.Kind;

    public ISecretStore Inner => inner;

    public Task<SecretValue?> GetAsync(SecretKey key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public async Task SetAsync(SecretKey key, SecretValue value, CancellationToken cancellationToken)
    {
        await inner.SetAsync(key, value, cancellationToken).ConfigureAwait(false);
        if (!File.Exists(choiceFile) || await File.ReadAllTextAsync(choiceFile, cancellationToken).ConfigureAwait(false) != Kind)
            PrivateFile.Write(choiceFile, Kind);
    }

    public Task<bool> RemoveAsync(SecretKey key, CancellationToken cancellationToken) => inner.RemoveAsync(key, cancellationToken);

    public Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
