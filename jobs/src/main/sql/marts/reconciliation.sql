-- Grain: one row per month and currency.
-- Inputs: control_totals, ledger_totals (current), quarantine (of transactions), transactions (current).
-- Params: as_of DATE, fiscal_year_starts_in INT.
with

lines as (

    select
        month,
        currency,
        sum(case when line = 'attributed' then amount else 0 end) as attributed_amount,
        sum(case when line = 'unattributed' then amount else 0 end) as unattributed_amount,
        sum(case when line = 'excluded' then amount else 0 end) as excluded_amount,
        sum(transactions_count) as transactions_count

    from control_totals

    group by month, currency

),

-- Asked of the many transactions, so that the few quarantined ones are what is sent around.
replaced as (

    select transactions.transaction_id

    from transactions

    left semi join quarantine
        on transactions.transaction_id = quarantine.record_key

),

-- A quarantined transaction counts once, and not at all when a good row of its key is there. A row
-- without a readable key stands for itself.
refused as (

    select
        coalesce(quarantine.record_key, quarantine.file_id || '#' || quarantine.record_number)
            as refused_key,
        quarantine.currency,
        cast(trunc(quarantine.event_day, 'MM') as date) as month,
        max(quarantine.amount) as amount

    from quarantine

    left anti join replaced
        on quarantine.record_key = replaced.transaction_id

    where quarantine.amount is not null
        and quarantine.currency is not null
        and quarantine.event_day <= :as_of

    group by 1, 2, 3

),

quarantined as (

    select
        month,
        currency,
        sum(amount) as quarantined_amount

    from refused

    group by month, currency

),

ledger as (

    select
        cast(trunc(month, 'MM') as date) as month,
        currency,
        sum(amount) as ledger_amount

    from ledger_totals

    group by 1, 2

),

months as (

    select month, currency from lines
    union
    select month, currency from quarantined
    union
    select month, currency from ledger

),

joined as (

    select
        months.month,
        months.currency,
        ledger.ledger_amount,
        coalesce(lines.attributed_amount, 0) as attributed_amount,
        coalesce(lines.unattributed_amount, 0) as unattributed_amount,
        coalesce(lines.excluded_amount, 0) as excluded_amount,
        coalesce(quarantined.quarantined_amount, 0) as quarantined_amount,
        coalesce(lines.transactions_count, 0) as transactions_count

    from months

    left join lines
        on months.month = lines.month
        and months.currency = lines.currency

    left join quarantined
        on months.month = quarantined.month
        and months.currency = quarantined.currency

    left join ledger
        on months.month = ledger.month
        and months.currency = ledger.currency

),

summed as (

    select
        *,
        -- A fiscal year is named by the calendar year it ends in: its first month goes to January.
        add_months(month, (13 - :fiscal_year_starts_in) % 12) as fiscal_month,
        attributed_amount + unattributed_amount + excluded_amount as warehouse_amount

    from joined

)

select
    :as_of as as_of,
    month,
    currency,
    year(fiscal_month) as fiscal_year,
    quarter(fiscal_month) as fiscal_quarter,
    cast(ledger_amount as decimal(18, 2)) as ledger_amount,
    cast(attributed_amount as decimal(18, 2)) as attributed_amount,
    cast(unattributed_amount as decimal(18, 2)) as unattributed_amount,
    cast(excluded_amount as decimal(18, 2)) as excluded_amount,
    cast(quarantined_amount as decimal(18, 2)) as quarantined_amount,
    cast(warehouse_amount as decimal(18, 2)) as warehouse_amount,
    cast(ledger_amount - warehouse_amount as decimal(18, 2)) as difference_amount,
    cast(ledger_amount - warehouse_amount - quarantined_amount as decimal(18, 2))
        as unexplained_amount,
    transactions_count,
    ledger_amount - warehouse_amount - quarantined_amount = 0 as is_reconciled

from summed
